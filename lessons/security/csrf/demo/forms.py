from django import forms

from .models import Account, Defences
from .seed import CUSTOMERS


class TransferForm(forms.Form):
    to = forms.ChoiceField(choices=[(name, name) for name in CUSTOMERS], label="To")
    amount = forms.IntegerField(min_value=1, max_value=1_000, initial=20, label="Amount")

    def clean_to(self) -> Account:
        return Account.objects.select_related("owner").get(owner__username=self.cleaned_data["to"])


class DefencesForm(forms.ModelForm):
    class Meta:
        model = Defences
        fields = ["view", "samesite", "trusts_attacker", "links_pay"]
        widgets = {"view": forms.RadioSelect, "samesite": forms.RadioSelect}
