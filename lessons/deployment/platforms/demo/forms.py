import re

from django import forms

from .deploys import random_key
from .repository import COMMITS

LINE = re.compile(r"^([A-Z][A-Z0-9_]*)=(.*)$")


class ManifestsForm(forms.Form):
    """A field for each file of the platform."""

    def __init__(self, names: tuple[str, ...], *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in names:
            rows = 2 if name == ".python-version" else 6 if name == "Procfile" else 17
            attrs = {"rows": rows, "spellcheck": "false", "autocapitalize": "off"}
            self.fields[name] = forms.CharField(
                label=name, required=False, strip=False, max_length=5000, widget=forms.Textarea(attrs=attrs)
            )

    def texts(self) -> dict[str, str]:
        return {name: text.replace("\r\n", "\n") for name, text in self.cleaned_data.items()}


class ConfigForm(forms.Form):
    variables = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocapitalize": "off"}),
        help_text="KEY=value, one a line. The value `generate` becomes 50 random characters.",
    )

    def clean_variables(self) -> dict[str, str]:
        found = {}
        for line in self.cleaned_data["variables"].splitlines():
            if not line.strip():
                continue
            match = LINE.match(line.strip())
            if not match:
                raise forms.ValidationError(f"{line.strip()[:60]!r} is not KEY=value.")
            found[match[1]] = random_key() if match[2] == "generate" else match[2]
        return found


class DeployForm(forms.Form):
    commit = forms.ChoiceField(choices=[(c.name, f"{c.name} {c.title}") for c in COMMITS.values()])


class SockForm(forms.Form):
    name = forms.CharField(max_length=60)
    place = forms.CharField(max_length=40)
    picture = forms.BooleanField(required=False, label="with a picture")
