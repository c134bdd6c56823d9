from django import forms

from .models import Column, Measurement, Mood
from .seed import MECHANICS


class MechanicForm(forms.Form):
    name = forms.ChoiceField(choices=[(name, name) for name in MECHANICS])


class MoodForm(forms.Form):
    mood = forms.ChoiceField(choices=Mood.choices)


class MoveForm(forms.Form):
    column = forms.ChoiceField(choices=Column.choices)


class MeasurementForm(forms.ModelForm):
    page = forms.ChoiceField(choices=[("islands", "islands"), ("app", "app")])

    class Meta:
        model = Measurement
        fields = ["page", "requests", "kilobytes", "cards_ms"]
