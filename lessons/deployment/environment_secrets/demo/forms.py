from django import forms

from . import sources
from .rotation import WAYS

MAX = 2_000  # characters


def _area(label: str, rows: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=MAX,
        strip=False,
        widget=forms.Textarea(attrs={"rows": rows, "spellcheck": "false"}),
    )


class SourcesForm(forms.Form):
    """Fields are named by their place in `sources.PATHS`: a path is no name for one."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for number, path in enumerate(sources.PATHS):
            label = "The environment" if number == 0 else path
            self.fields[f"source{number}"] = _area(label, (7, 6, 2, 2)[number])

    @staticmethod
    def filled(texts: dict[str, str]) -> dict[str, str]:
        return {f"source{number}": texts[path] for number, path in enumerate(sources.PATHS)}

    def texts(self) -> dict[str, str]:
        return {path: self.cleaned_data[f"source{number}"] for number, path in enumerate(sources.PATHS)}


class CommitForm(forms.Form):
    settings_py = _area("settings.py", 9)
    dotenv = _area(".env", 3)
    message = forms.CharField(max_length=80)
    hook = forms.BooleanField(label="The pre-commit hook is installed", required=False, initial=True)


class RotateForm(forms.Form):
    way = forms.ChoiceField(choices=list(WAYS.items()))
