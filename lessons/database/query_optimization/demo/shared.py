"""Two hundred thousand parcels, the same in seven files that differ in their indexes only."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from django.db import connections, models, transaction

from .models import Customer, Depot, Parcel

ALIASES = [
    "parcels",
    "parcels_single",
    "parcels_composite",
    "parcels_partial",
    "parcels_covering",
    "parcels_expression",
    "parcels_all",
]

SINGLE = ["customer", "depot", "parcel_status", "parcel_posted", "parcel_receiver"]
INDEXES = {
    "parcels": [],
    "parcels_single": SINGLE,
    "parcels_composite": ["parcel_board"],
    "parcels_partial": ["parcel_lost"],
    "parcels_covering": ["parcel_takings"],
    "parcels_expression": ["parcel_receiver_lower"],
    "parcels_all": [
        *SINGLE,
        "parcel_board",
        "parcel_lost",
        "parcel_takings",
        "parcel_receiver_lower",
    ],
}

SEED = 1869  # random numbers are the same in every installation
BATCH = 10_000
FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)
LAST_DAY = datetime(2025, 12, 31, tzinfo=UTC)
STATUSES = {"delivered": 0.9, "moving": 0.07, "held": 0.029, "lost": 0.001}
FIRST_NAMES = "Ada Ben Chloe Dov Esra Finn Gwen Hana Ivo June Kofi Lena Milo Nora Omar Pia Ravi Sol Tess Uma"
LAST_NAMES = "Abbot Brandt Costa Dahl Egan Fofana Gruber Hale Ito Jansen Kaya Lund Mbeki Novak Okafor Petit"
CITIES = "Aarhus Bergen Cork Dresden Exeter Faro Ghent Haifa Izmir Jena Kiel Leeds Malmo Nantes Oporto Plzen"
NOTES = ["Leave it with the neighbour", "Ring twice", "Fragile: this side up", "Behind the green gate", ""]


def build(alias: str, rows: int, report: Callable[[float], None]) -> None:
    """The first alias gets tables and rows; every one gets its indexes."""
    connection = connections[alias]
    if alias == ALIASES[0]:
        with connection.schema_editor() as editor:
            for model in (Depot, Customer, Parcel):
                editor.create_model(model)
            editor.deferred_sql.clear()  # the indexes
        _fill(connection, rows, report)
    with connection.schema_editor() as editor:
        for name in INDEXES[alias]:
            _add_index(editor, name)
    if alias == "parcels_all":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _fill(connection, rows: int, report: Callable[[float], None]) -> None:
    dice = random.Random(SEED)
    customers = max(rows // 25, 100)
    depots = [(n, f"{city} {side}") for n, (city, side) in enumerate(_depots(), 1)]
    _insert(connection, Depot, depots)
    _insert(connection, Customer, ((n, *_customer(dice, n)) for n in range(1, customers + 1)))
    parcels = _parcels(dice, rows, customers, len(depots))
    for done in range(0, rows, BATCH):
        _insert(connection, Parcel, islice(parcels, BATCH))
        report(done / rows)


def _depots() -> Iterator[tuple[str, str]]:
    return ((city, side) for side in ("North", "South") for city in CITIES.split())


def _customer(dice: random.Random, number: int) -> tuple[str, str]:
    first, last = dice.choice(FIRST_NAMES.split()), dice.choice(LAST_NAMES.split())
    return f"{first} {last}", f"{first}.{last}.{number}@mail.example".lower()


def _parcels(dice: random.Random, rows: int, customers: int, depots: int) -> Iterator[tuple]:
    """In the order in which they were posted, as rows come in real life."""
    step = (LAST_DAY - FIRST_DAY) / rows
    names = [f"{first} {last}" for first in FIRST_NAMES.split() for last in LAST_NAMES.split()]
    statuses, shares = list(STATUSES), list(STATUSES.values())
    for number in range(1, rows + 1):
        weight = dice.randrange(100, 20_000)
        posted_at = FIRST_DAY + (step * number)
        posted_at -= timedelta(microseconds=posted_at.microsecond)
        [status] = dice.choices(statuses, shares)
        yield (
            number,
            f"NM-{number:07}",
            dice.randrange(1, customers + 1),
            dice.randrange(1, depots + 1),
            status,
            dice.choice(names),
            posted_at.strftime("%Y-%m-%d %H:%M:%S"),  # as Django's backend writes it
            weight,
            390 + weight // 20,
            f"{dice.choice(NOTES)} {dice.randrange(1000)}",
        )


def _insert(connection, model: type[models.Model], rows) -> None:
    """Tuples, and not instances: bulk_create() of these would take several times as long."""
    columns = ", ".join(field.column for field in model._meta.concrete_fields)
    places = ", ".join(["%s"] * len(model._meta.concrete_fields))
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        sql = f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({places})"
        cursor.executemany(sql, list(rows))


def _add_index(editor, name: str) -> None:
    """By its name in Meta.indexes, or the one that Django makes for a foreign key."""
    for index in Parcel._meta.indexes:
        if index.name == name:
            editor.add_index(Parcel, index)
            return
    for sql in editor._field_indexes_sql(Parcel, Parcel._meta.get_field(name)):
        editor.execute(sql)
