from django import forms

from .models import JAR, Account
from .places import places
from .race import WAYS
from .transfer import STEPS


class TransferForm(forms.Form):
    payer = forms.ModelChoiceField(label="From", queryset=None, empty_label=None)
    payee = forms.ModelChoiceField(label="To", queryset=None, empty_label=None)
    amount = forms.DecimalField(label="Amount", min_value=1, max_value=10_000, decimal_places=2, initial=50)
    atomic = forms.BooleanField(label="In transaction.atomic()", required=False)
    late_mail = forms.BooleanField(label="Receipt by transaction.on_commit()", required=False)
    stop = forms.ChoiceField(
        label="The power is cut",
        required=False,
        choices=[("", "never"), *((slug, f"after “{title}”") for slug, title in STEPS.items())],
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for number, name in enumerate(("payer", "payee")):
            field = self.fields[name]
            field.queryset = Account.objects.filter(closed=False).exclude(owner=JAR).order_by("pk")
            field.initial = field.queryset[number + 1]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("payer") and cleaned.get("payer") == cleaned.get("payee"):
            self.add_error("payee", "Choose another account.")
        return cleaned


class PaydayForm(forms.Form):
    way = forms.ChoiceField(
        label="An account that is closed",
        widget=forms.RadioSelect,
        initial="all",
        choices=[
            ("all", "one atomic(): stops everything"),
            ("caught", "one atomic(), and the error is caught inside it"),
            ("savepoint", "one atomic(), and one more around each wage"),
            ("each", "an atomic() of its own for each wage"),
        ],
    )


class RaceForm(forms.Form):
    way = forms.ChoiceField(
        label="Each session",
        widget=forms.RadioSelect,
        initial="read",
        choices=[(slug, title) for slug, (_, title) in WAYS.items()],
    )
    mode = forms.ChoiceField(label="Where", widget=forms.RadioSelect, initial="autocommit")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["mode"].choices = [(slug, place.title) for slug, place in places().items()]
