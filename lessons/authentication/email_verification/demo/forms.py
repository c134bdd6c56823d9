from django import forms
from django.core.exceptions import ValidationError

from .models import House, Notice
from .registry import find_key


class NoticeForm(forms.ModelForm):
    class Meta:
        model = Notice
        fields = ("text",)
        labels = {"text": "Your notice"}
        widgets = {"text": forms.TextInput(attrs={"autocomplete": "off"})}


class HouseForm(forms.ModelForm):
    class Meta:
        model = House
        fields = ("way", "lifetime")
        labels = {"way": "How addresses are confirmed", "lifetime": "How long a letter is good for"}


class KeyForm(forms.Form):
    link = forms.CharField(
        label="A link out of a letter",
        max_length=400,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_link(self) -> str:
        key = find_key(self.cleaned_data["link"])
        if key is None:
            raise ValidationError("A link ends in three parts with colons between: …/Mw:1vO2Ab:x3k…/")
        return key
