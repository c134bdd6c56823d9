from django import forms


class ClockForm(forms.Form):
    """Forward by so many seconds; 0 sets the clock right."""

    by = forms.TypedChoiceField(
        coerce=int, choices=[(0, "Set it right"), (240, "+4 min"), (360, "+6 min"), (90_000, "+25 h")]
    )
    back_to = forms.ChoiceField(choices=[(name, name) for name in ("desk", "forge", "keep", "office")])
