"""Every row of the company in one query, as a graph: rows, and which row points at which."""

from dataclasses import dataclass

from django.db.models import BigIntegerField, CharField, F, Field, Model, QuerySet, Value
from django.http import Http404

from .models import (
    Album,
    Band,
    Genre,
    Gig,
    Label,
    Membership,
    Musician,
    Play,
    Profile,
    Studio,
    Tour,
    Track,
)

# The column of a model that stands on its rows in a picture.
NAMED_BY = {
    Label: "name",
    Musician: "name",
    Band: "name",
    Profile: "stage_name",
    Membership: "instrument",
    Tour: "name",
    Studio: "name",
    Album: "title",
    Gig: "city",
    Genre: "name",
    Track: "title",
    Album.genres.through: None,
    Play: "country",
}
MODELS: dict[str, type[Model]] = {model._meta.model_name: model for model in NAMED_BY}

Key = tuple[str, int]


@dataclass(frozen=True)
class Row:
    """A row's table, key and name, and the values of its foreign keys in the order of the model."""

    kind: str
    pk: int
    text: str
    points_at: tuple[int | None, int | None]

    @property
    def key(self) -> Key:
        return self.kind, self.pk

    @property
    def arrows(self) -> list[tuple[str, Key]]:
        """(field, key of the row it points at) for each foreign key that is not NULL."""
        return [
            (field.name, (field.related_model._meta.model_name, value))
            for field, value in zip(foreign_keys(MODELS[self.kind]), self.points_at, strict=False)
            if value is not None
        ]


def foreign_keys(model: type[Model]) -> list[Field]:
    """Columns that point elsewhere; a OneToOneField is one, a ManyToManyField has no column."""
    return [field for field in model._meta.concrete_fields if field.is_relation]


def everything() -> dict[Key, Row]:
    """All rows by key: one SELECT for each table, glued by UNION ALL into one statement."""
    first, *others = (_of_a_table(model) for model in NAMED_BY)
    rows = first.union(*others, all=True)
    return {
        (kind, pk): Row(kind, pk, text, (first_key, second_key))
        for kind, pk, text, first_key, second_key in rows
    }


def _of_a_table(model: type[Model]) -> QuerySet:
    name = NAMED_BY[model]
    nothing = Value(None, output_field=BigIntegerField())
    keys = [F(field.attname) for field in foreign_keys(model)] + [nothing, nothing]
    return model.objects.order_by().values_list(
        Value(model._meta.model_name, output_field=CharField()),
        "pk",
        F(name) if name else Value("", output_field=CharField()),
        keys[0],
        keys[1],
    )


def dangling(rows: dict[Key, Row]) -> set[Key]:
    """Rows with a foreign key to a row that is not there."""
    return {row.key for row in rows.values() if any(target not in rows for _, target in row.arrows)}


def find(kind: str, pk: int) -> Model:
    """The instance, or 404: another kind or key is only a mistyped address."""
    model = MODELS.get(kind)
    if model is None:
        raise Http404(f"There is no table {kind}.")
    try:
        return model.objects.get(pk=pk)
    except model.DoesNotExist as error:
        raise Http404(f"There is no {kind} {pk}. Was it deleted?") from error


def key_of(instance: Model) -> Key:
    return instance._meta.model_name, instance.pk
