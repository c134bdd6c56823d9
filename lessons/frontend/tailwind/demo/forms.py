from django import forms

from .models import Component, Entry, Hut

MOST = 10_000  # characters


class WorkbenchForm(forms.Form):
    """Whitespace is kept: what was typed stays as it was typed."""

    markup = forms.CharField(label="HTML", max_length=MOST, strip=False, required=False)
    css = forms.CharField(label="Entry", max_length=MOST, strip=False, required=False)
    scheme = forms.ChoiceField(
        label="Scheme", choices=[("light", "Light"), ("dark", "Dark")], initial="light", required=False
    )

    def save(self, component: Component, entry: Entry) -> None:
        component.markup = self.cleaned_data["markup"].replace("\r\n", "\n")
        entry.css = self.cleaned_data["css"].replace("\r\n", "\n")
        component.save(update_fields=["markup"])
        entry.save(update_fields=["css"])


class DetectionForm(forms.Form):
    template = forms.ChoiceField(
        label="The badge is written",
        choices=[
            ("glued", "glued: bg-{{ hut.colour }}-100"),
            ("branch", "whole names, in branches of the template"),
            ("whole", "whole names, from choices.py"),
            ("variable", "one name, and a number in a CSS variable"),
        ],
        initial="glued",
        widget=forms.RadioSelect,
    )
    sources = forms.MultipleChoiceField(
        label="Tailwind reads",
        choices=[("template", "the template"), ("choices", "choices.py")],
        initial=["template"],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    inline = forms.RegexField(
        r"^[\w\s{},:./-]*\Z",
        label="and @source inline(…)",
        help_text="Braces are lists: bg-{sky,rose}-100",
        max_length=200,
        required=False,
        error_messages={"invalid": "Letters, digits, and - _ , : . / { } only."},
    )


class HutForm(forms.ModelForm):
    class Meta:
        model = Hut
        fields = ["colour", "hue"]

    def clean_hue(self) -> int:
        hue: int = self.cleaned_data["hue"]
        if hue > 360:
            raise forms.ValidationError("A hue is an angle, 0 to 360.")
        return hue
