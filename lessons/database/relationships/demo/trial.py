"""Delete a row, look at what became of all the others, and take it back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, transaction
from django.db.models import Model, ProtectedError, RestrictedError
from django.db.models.deletion import Collector

from .rows import Key, Row, dangling, everything, key_of
from .statements import watched


@dataclass
class Plan:
    """What Collector found: (table, rows), of those it has loaded, and of those it need not load."""

    loaded: list[tuple[str, int]] = field(default_factory=list)
    fast: list[tuple[str, int]] = field(default_factory=list)
    updates: list[tuple[str, str, int]] = field(default_factory=list)


@dataclass
class Outcome:
    before: dict[Key, Row]
    after: dict[Key, Row]
    asked: list[str] = field(default_factory=list)
    answer: str = ""
    refused_by: str = ""
    error: str = ""
    in_the_way: set[Key] = field(default_factory=set)

    @property
    def states(self) -> dict[Key, str]:
        """What became of each row that is not as it was."""
        states = dict.fromkeys(self.before.keys() - self.after.keys(), "deleted")
        states |= dict.fromkeys(self.after.keys() - self.before.keys(), "created")
        for key in self.before.keys() & self.after.keys():
            if self.before[key] != self.after[key]:
                states[key] = "changed"
        states |= dict.fromkeys(dangling(self.after), "dangling")
        return states | dict.fromkeys(self.in_the_way, "in the way")

    def of_state(self, state: str) -> list[Row]:
        rows = self.before | self.after
        return [rows[key] for key in sorted(rows) if self.states.get(key) == state]


@contextmanager
def copied(keep: bool = False) -> Iterator[None]:
    """What happens in the block is taken back, unless `keep`: a copy for the price of a ROLLBACK."""
    with transaction.atomic():
        yield
        if not keep:
            transaction.set_rollback(True)


def plan(instance: Model) -> Plan | None:
    """Collector's list, made and not carried out; None where it refuses."""
    collector = Collector(using=DEFAULT_DB_ALIAS, origin=instance)
    # SET(unknown_engineer) is called while collecting, and may create a row.
    with copied():
        try:
            collector.collect([instance])
        except (ProtectedError, RestrictedError):
            return None
        found = Plan()
        found.loaded = [(model._meta.model_name, len(rows)) for model, rows in collector.data.items() if rows]
        counted = [
            (rows.model._meta.model_name, rows.count())
            for rows in collector.fast_deletes
            if hasattr(rows, "count")
        ]
        found.fast = [(table, count) for table, count in counted if count]
        for (column, value), batches in collector.field_updates.items():
            count = sum(len(batch) for batch in batches)
            if count:
                found.updates.append((f"{column.model.__name__}.{column.name}", str(value), count))
        return found


def by_instance(instance: Model) -> str:
    return str(instance.delete())


def by_queryset(instance: Model) -> str:
    return str(type(instance).objects.filter(pk=instance.pk).delete())


def by_sql(instance: Model) -> str:
    """Past Django: nobody reads on_delete."""
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(instance._meta.db_table)
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [instance.pk])  # noqa: S608 - a model's own table
        return f"{cursor.rowcount} row"


WAYS = {"instance": by_instance, "queryset": by_queryset, "sql": by_sql}


def attempt(instance: Model, how: str, keep: bool) -> Outcome:
    """Delete the row in one of three ways; kept only if asked for, and if nobody refused."""
    before = everything()
    outcome = Outcome(before, before)
    with copied(keep):
        try:
            with transaction.atomic():
                with watched() as outcome.asked:
                    outcome.answer = WAYS[how](instance)
                outcome.after = everything()
                # Foreign keys are deferred: by itself the database looks at COMMIT only.
                connection.check_constraints()
        except ProtectedError as error:
            _refused(outcome, error, error.protected_objects)
        except RestrictedError as error:
            _refused(outcome, error, error.restricted_objects)
        except IntegrityError as error:
            outcome.refused_by, outcome.error = "the database", f"IntegrityError: {error}"
    return outcome


def _refused(outcome: Outcome, error: Exception, objects: set[Model]) -> None:
    outcome.refused_by, outcome.error = "Django", f"{type(error).__name__}: {error.args[0]}"
    outcome.in_the_way = {key_of(row) for row in objects}
