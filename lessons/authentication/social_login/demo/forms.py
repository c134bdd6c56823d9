from django import forms

from .models import Policy


class PolicyForm(forms.ModelForm):
    class Meta:
        model = Policy
        fields = ("stop_between", "email_authentication", "trust_addresses")


class PersonForm(forms.Form):
    """A new account at a provider. It may name any address; nobody has checked it."""

    name = forms.CharField(max_length=60)
    handle = forms.SlugField(label="User name", max_length=30)
    email = forms.EmailField(label="Email", help_text="Any address. It counts as unverified.")
