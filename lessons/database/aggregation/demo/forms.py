from datetime import UTC, datetime, time
from decimal import Decimal

from django import forms
from django.db import transaction

from .builder import ADDITIVE
from .models import Category, Order, OrderLine, Product, Review, Shop

YEARS = [("", "All years"), (2024, "2024"), (2025, "2025"), (2026, "2026")]
MEASURES = {
    "revenue": "revenue: Sum of quantity × price",
    "units": "units: Sum of quantity",
    "line_count": "line_count: Count of lines",
    "order_count": "order_count: Count of orders, distinct",
    "average_price": "average_price: Avg of unit_price",
    "most_at_once": "most_at_once: Max of quantity",
}


class PeriodForm(forms.Form):
    """Which sales to report on; both may be left open."""

    year = forms.TypedChoiceField(choices=YEARS, coerce=int, empty_value=None, required=False)
    category = forms.ModelChoiceField(
        Category.objects.order_by("name"), required=False, empty_label="All categories"
    )


class OrderForm(forms.Form):
    shop = forms.ModelChoiceField(Shop.objects.order_by("name"))
    product = forms.ModelChoiceField(Product.objects.order_by("name"))
    quantity = forms.IntegerField(min_value=1, max_value=500, initial=1)
    placed_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    status = forms.ChoiceField(choices=Order.Status)

    @transaction.atomic
    def save(self) -> Order:
        data = self.cleaned_data
        noon = datetime.combine(data["placed_on"], time(12), tzinfo=UTC)
        order = Order.objects.create(shop=data["shop"], placed_at=noon, status=data["status"])
        OrderLine.objects.create(
            order=order,
            product=data["product"],
            quantity=data["quantity"],
            unit_price=data["product"].price,
        )
        return order


class ReviewForm(forms.ModelForm):
    stars = forms.TypedChoiceField(choices=[(n, f"{n}") for n in range(5, 0, -1)], coerce=int)

    class Meta:
        model = Review
        fields = ["product", "stars"]
        widgets = {"product": forms.HiddenInput}


class ProductForm(forms.Form):
    product = forms.ModelChoiceField(Product.objects.order_by("name"), empty_label=None)


class ThresholdForm(forms.Form):
    price = forms.DecimalField(min_value=Decimal(0), max_digits=7, decimal_places=2, label="Dearer than €")


class BuilderForm(forms.Form):
    """Every field is a choice or a number; clean() refuses what no queryset can express, and says why."""

    shape = forms.ChoiceField(
        label="Shape",
        choices=[
            ("aggregate", "aggregate(): one row for everything"),
            ("group", "values().annotate(): a row for each group found"),
            ("annotate", "annotate(): a row for each object, by a join"),
            ("subquery", "Subquery: a row for each object, asked one by one"),
        ],
    )
    group = forms.ChoiceField(
        label="Group by",
        choices=[("category", "Category"), ("product", "Product"), ("shop", "Shop"), ("month", "Month")],
    )
    measures = forms.MultipleChoiceField(
        label="Measures", choices=list(MEASURES.items()), widget=forms.CheckboxSelectMultiple
    )
    zero = forms.BooleanField(label="a sum of nothing is 0, not None", required=False)
    status = forms.ChoiceField(choices=[("", "any status"), *Order.Status.choices], required=False)
    year = forms.TypedChoiceField(choices=YEARS, coerce=int, empty_value=None, required=False)
    least = forms.TypedChoiceField(
        label="Quantity",
        choices=[("", "any"), (2, "at least 2"), (5, "at least 5")],
        coerce=int,
        empty_value=None,
        required=False,
    )
    place = forms.ChoiceField(
        label="Where it stands",
        choices=[
            ("before", "filter() before the aggregates"),
            ("inside", "filter= inside each aggregate"),
            ("after", "filter() after the aggregates"),
        ],
    )
    having = forms.IntegerField(
        label="First measure at least", required=False, min_value=0, max_value=1_000_000
    )
    window = forms.ChoiceField(
        label="Window",
        choices=[
            ("", "none"),
            ("rank", "rank by the first measure"),
            ("whole", "the whole, beside each row"),
            ("running", "running total"),
        ],
        required=False,
    )
    sort = forms.ChoiceField(
        label="Order by", choices=[("measure", "first measure, largest first"), ("key", "the group's name")]
    )
    limit = forms.TypedChoiceField(
        label="Rows",
        choices=[(5, "5"), (12, "12"), ("", "all")],
        coerce=int,
        empty_value=None,
        required=False,
    )
    explain = forms.BooleanField(label="show the database's plan (EXPLAIN)", required=False)

    def clean(self) -> dict:
        data = super().clean()
        if data.get("shape") == "aggregate":
            self._refuse_after_aggregate(data)
        elif data.get("shape") in ("annotate", "subquery") and data.get("group") == "month":
            self.add_error(
                "group", "A month is not a model: nothing to annotate. Choose values().annotate()."
            )
        first = next(iter(data.get("measures") or []), None)
        if data.get("window") in ("whole", "running") and first and first not in ADDITIVE:
            self.add_error(
                "window",
                "Only what adds up has a whole: choose revenue, units or line_count as the first measure.",
            )
        return data

    def _refuse_after_aggregate(self, data: dict) -> None:
        ended = "aggregate() ends the chain: it returns a dict, so nothing can follow it."
        if data.get("place") == "after":
            self.add_error("place", ended)
        if data.get("having") is not None:
            self.add_error("having", ended)
        if data.get("window"):
            self.add_error("window", ended)
