"""What a row can be asked about its neighbours, and what each question costs."""

from dataclasses import dataclass, field

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Field, ForeignObjectRel, Model

from .rows import Key, key_of
from .statements import watched


@dataclass
class Answer:
    code: str
    what: str
    declared: str
    rows: list[tuple[Key, str]] = field(default_factory=list)
    error: str = ""
    asked: list[str] = field(default_factory=list)


def neighbours(instance: Model) -> list[Answer]:
    """An answer for each relation of the instance, forward and reverse, each with the SQL it took."""
    return [_ask(instance, relation) for relation in instance._meta.get_fields() if relation.is_relation]


def _ask(instance: Model, relation: Field | ForeignObjectRel) -> Answer:
    reverse = isinstance(relation, ForeignObjectRel)
    name = relation.get_accessor_name() if reverse else relation.name
    many = relation.one_to_many or relation.many_to_many
    code = f"{instance._meta.model_name}.{name}" + (".all()" if many else "")
    answer = Answer(code, _what(relation, reverse), _declared(relation.field if reverse else relation))
    with watched() as answer.asked:
        try:
            found = getattr(instance, name)
            found = list(found.all()) if many else [found]
        except ObjectDoesNotExist as error:
            # The reverse side of a OneToOneField has no column that could be None.
            answer.error = f"{type(error).__qualname__}: {error}"
            return answer
    answer.rows = [(key_of(row), str(row)) for row in found if row is not None]
    return answer


def _what(relation: Field | ForeignObjectRel, reverse: bool) -> str:
    if relation.many_to_many:
        return (
            "the other side of a ManyToManyField"
            if reverse
            else "a ManyToManyField: a JOIN over the middle table"
        )
    if relation.one_to_one:
        return "the reverse of a OneToOneField" if reverse else "a OneToOneField: a column, UNIQUE"
    return "the reverse of a ForeignKey: a manager" if reverse else "a ForeignKey: a column"


def _declared(declared: Field) -> str:
    """`Album.band = ForeignKey(Band, on_delete=PROTECT)`, from the field itself."""
    kind = type(declared).__name__
    target = declared.related_model.__name__
    on_delete = getattr(declared.remote_field, "on_delete", None)
    rule = f", on_delete={rule_name(on_delete)}" if on_delete else ""
    return f"{declared.model.__name__}.{declared.name} = {kind}({target}{rule})"


def rule_name(on_delete) -> str:
    """CASCADE, PROTECT…; SET() returns a new function each time, and is known by its deconstruct()."""
    if hasattr(on_delete, "deconstruct"):
        _, (value,), _ = on_delete.deconstruct()
        return f"SET({getattr(value, '__name__', value)})"
    return on_delete.__name__
