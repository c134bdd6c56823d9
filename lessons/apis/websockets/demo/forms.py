from django import forms

from .seed import WARDENS

ORIGINS = {"own": "This site", "evil": "https://evil.example", "none": "None sent"}


class WardenForm(forms.Form):
    name = forms.ChoiceField(choices=[(name, name) for name in WARDENS])


class StormForm(forms.Form):
    seconds = forms.TypedChoiceField(choices=[(8, "8"), (20, "20")], coerce=int)


class HandshakeForm(forms.Form):
    room = forms.SlugField(max_length=40, label="Room", initial="weather")
    origin = forms.ChoiceField(choices=list(ORIGINS.items()), widget=forms.RadioSelect, initial="own")
    session = forms.BooleanField(required=False, label="Send the session cookie", initial=True)
