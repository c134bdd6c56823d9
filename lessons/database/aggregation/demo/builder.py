"""From validated choices to a queryset. Nothing that somebody typed becomes code: choices select pieces."""

import textwrap
from decimal import Decimal

from django.db.models import Avg, Count, F, Max, OuterRef, Q, Subquery, Sum, Window
from django.db.models.functions import Coalesce, Rank, TruncMonth

from .models import Category, OrderLine, Product, Shop
from .reports import WindowSum
from .steps import Piece, Plan, Step

# group: the path to its name from an order line
GROUPS = {
    "category": "product__category__name",
    "product": "product__name",
    "shop": "order__shop__name",
    "month": "month",
}
# group: its model, the path from there to the lines, and the way back from a line
MODELS = {
    "category": (Category, "products__lines", "product__category"),
    "product": (Product, "lines", "product"),
    "shop": (Shop, "orders__lines", "order__shop"),
}
ADDITIVE = ("revenue", "units", "line_count")


def build(choice: dict) -> Plan:
    """`choice` is a BuilderForm's cleaned_data."""
    shapes = {"aggregate": _aggregate, "group": _group, "annotate": _annotate, "subquery": _subquery}
    return shapes[choice["shape"]](choice)


def _aggregate(choice: dict) -> Plan:
    named = {name: _measure(name, "", choice) for name in choice["measures"]}
    return Plan(OrderLine, (*_where(choice, ""), Step("aggregate", "SELECT", named=named)))


def _group(choice: dict) -> Plan:
    key = GROUPS[choice["group"]]
    steps = []
    if key == "month":
        month = Piece('TruncMonth("order__placed_at")', TruncMonth("order__placed_at"))
        steps.append(Step("annotate", "SELECT", named={"month": month}))
    steps.append(Step("values", "GROUP BY", (_literal(key),)))
    measures = {name: _measure(name, "", choice) for name in choice["measures"]}
    steps.append(Step("annotate", "SELECT", named=measures))
    steps = _placed(choice, steps, "")
    return Plan(OrderLine, (*steps, *_after(choice, key)), choice["limit"])


def _annotate(choice: dict) -> Plan:
    model, path, _ = MODELS[choice["group"]]
    measures = {name: _measure(name, path + "__", choice) for name in choice["measures"]}
    steps = _placed(choice, [Step("annotate", "GROUP BY", named=measures)], path + "__")
    return Plan(model, (*steps, *_after(choice, "name"), _columns(choice)), choice["limit"])


def _subquery(choice: dict) -> Plan:
    """Each measure asks for itself, so no join can multiply another's rows."""
    model, _, back = MODELS[choice["group"]]
    inside = [Step("filter", "WHERE", named={back: Piece('OuterRef("pk")', OuterRef("pk"))})]
    inside += [*_where(choice, ""), Step("values", "GROUP BY", (_literal(back),))]
    named = {}
    for name in choice["measures"]:
        steps = [
            *inside,
            Step("annotate", "SELECT", named={"answer": _measure(name, "", {**choice, "zero": False})}),
            Step("values", "SELECT", (_literal("answer"),)),
        ]
        queryset = OuterRefPlan(OrderLine, tuple(steps))
        piece = Piece(f"Subquery(\n{queryset.indented}\n)", Subquery(queryset.queryset()))
        if choice["zero"] and name in ("revenue", "units"):
            piece = Piece(
                f"Coalesce({piece.code}, {_zero(name).code})", Coalesce(piece.value, _zero(name).value)
            )
        named[name] = piece
    steps = [Step("annotate", "SELECT", named=named)]
    return Plan(model, (*steps, *_after(choice, "name", having="WHERE"), _columns(choice)), choice["limit"])


class OuterRefPlan(Plan):
    """A plan that only makes sense inside another query: it is built and shown, and never run by itself."""

    def queryset(self):
        result = self.model._default_manager.all()
        for step in self.steps:
            result = step.apply(result)
        return result

    @property
    def indented(self) -> str:
        return textwrap.indent("\n".join(line for _, line in self.lines), "    ")


def _measure(name: str, path: str, choice: dict) -> Piece:
    """An aggregate over the lines at `path`, with the conditions inside if they are wanted there."""
    extra_code, extra = "", {}
    if (
        choice["place"] == "inside"
        and choice["shape"] != "subquery"
        and (condition := _condition(choice, path))
    ):
        extra_code, extra = f", filter={condition.code}", {"filter": condition.value}
    if choice["zero"] and name in ("revenue", "units"):
        zero = _zero(name)
        extra_code, extra = f"{extra_code}, default={zero.code}", {**extra, "default": zero.value}
    quantity, price, line = f"{path}quantity", f"{path}unit_price", path.removesuffix("__") or "pk"
    match name:
        case "units":
            return Piece(f'Sum("{quantity}"{extra_code})', Sum(quantity, **extra))
        case "revenue":
            product = F(quantity) * F(price)
            return Piece(f'Sum(F("{quantity}") * F("{price}"){extra_code})', Sum(product, **extra))
        case "line_count":
            return Piece(f'Count("{line}"{extra_code})', Count(line, **extra))
        case "order_count":
            code = f'Count("{path}order", distinct=True{extra_code})'
            return Piece(code, Count(f"{path}order", distinct=True, **extra))
        case "average_price":
            return Piece(f'Avg("{price}"{extra_code})', Avg(price, **extra))
        case "most_at_once":
            return Piece(f'Max("{quantity}"{extra_code})', Max(quantity, **extra))
    raise ValueError(f"there is no measure {name!r}")


def _conditions(choice: dict, path: str) -> dict[str, Piece]:
    chosen = {
        f"{path}order__status": choice["status"],
        f"{path}order__placed_at__year": choice["year"],
        f"{path}quantity__gte": choice["least"],
    }
    return {lookup: _literal(value) for lookup, value in chosen.items() if value}


def _condition(choice: dict, path: str) -> Piece | None:
    conditions = _conditions(choice, path)
    if not conditions:
        return None
    code = ", ".join(f"{lookup}={piece.code}" for lookup, piece in conditions.items())
    return Piece(f"Q({code})", Q(**{lookup: piece.value for lookup, piece in conditions.items()}))


def _where(choice: dict, path: str) -> list[Step]:
    conditions = _conditions(choice, path)
    inside = choice["place"] == "inside" and choice["shape"] != "subquery"
    return [Step("filter", "WHERE", named=conditions)] if conditions and not inside else []


def _placed(choice: dict, steps: list[Step], path: str) -> list[Step]:
    """`steps` with the filter on rows before or after them; inside the aggregates it is there already."""
    where = _where(choice, path)
    return [*steps, *where] if choice["place"] == "after" else [*where, *steps]


def _after(choice: dict, key: str, having: str = "HAVING") -> list[Step]:
    """What follows the grouping: which groups to keep, windows over them, their order."""
    steps = []
    first = choice["measures"][0]
    if choice["having"] is not None:
        steps.append(Step("filter", having, named={f"{first}__gte": _literal(choice["having"])}))
    if window := _window(choice, key):
        steps.append(Step("annotate", "OVER", named=window))
    descending = Piece(f'F("{first}").desc(nulls_last=True)', F(first).desc(nulls_last=True))
    order = (descending, _literal(key)) if choice["sort"] == "measure" else (_literal(key),)
    return [*steps, Step("order_by", "ORDER BY", order)]


def _window(choice: dict, key: str) -> dict[str, Piece]:
    first = choice["measures"][0]
    total, total_code = WindowSum(first), f'WindowSum("{first}")'
    order = Piece(f'F("{first}").desc(nulls_last=True)', F(first).desc(nulls_last=True))
    match choice["window"]:
        case "rank":
            return {
                "rank": Piece(f"Window(Rank(), order_by={order.code})", Window(Rank(), order_by=order.value))
            }
        case "whole":
            return {"whole": Piece(f"Window({total_code})", Window(total))}
        case "running":
            return {"running": Piece(f'Window({total_code}, order_by="{key}")', Window(total, order_by=key))}
    return {}


def _columns(choice: dict) -> Step:
    """Objects would do; as dicts the rows look like the ones of values()."""
    names = ["name", *choice["measures"], *_window(choice, "name")]
    return Step("values", "SELECT", tuple(_literal(name) for name in names))


def _literal(value: object) -> Piece:
    return Piece(f'"{value}"' if isinstance(value, str) else repr(value), value)


def _zero(name: str) -> Piece:
    return Piece("Decimal(0)", Decimal(0)) if name == "revenue" else Piece("0", 0)
