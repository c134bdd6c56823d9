from django import forms

from .lists import LISTS
from .questions import QUESTIONS
from .shared import ALIASES

EVERY = "every"


def title(alias: str) -> str:
    """ "parcels_single" is the file with the single indexes."""
    return alias.removeprefix("parcels").removeprefix("_") or "none"


class RunForm(forms.Form):
    question = forms.ChoiceField(choices=[(name, ask.__doc__) for name, ask in QUESTIONS.items()])
    alias = forms.ChoiceField(
        label="Indexes", choices=[*((alias, title(alias)) for alias in ALIASES), (EVERY, "each in turn")]
    )


class ListForm(forms.Form):
    way = forms.ChoiceField(choices=[(name, way.__doc__) for name, way in LISTS.items()])
    alias = forms.ChoiceField(label="Indexes", choices=[("parcels_single", "with"), ("parcels", "without")])


class PageForm(forms.Form):
    """How deep into the list; nonsense is the first page."""

    by = forms.ChoiceField(choices=[("offset", "offset"), ("key", "key")], required=False)
    page = forms.IntegerField(min_value=1, required=False)
    before = forms.IntegerField(min_value=1, required=False)
