from django import forms

from .hashers import METHODS, POLICIES


class HashForm(forms.Form):
    password = forms.CharField(max_length=64, initial="dragonfly", help_text="Nothing that you use.")
    method = forms.ChoiceField(choices=[(method.slug, method.label) for method in METHODS.values()])


class SignInForm(forms.Form):
    name = forms.CharField(max_length=40)
    password = forms.CharField(max_length=128, strip=False, widget=forms.PasswordInput)


class PolicyForm(forms.Form):
    hasher_name = forms.ChoiceField(
        label="Preferred hasher", choices=[(slug, label) for slug, (label, _) in POLICIES.items()]
    )
