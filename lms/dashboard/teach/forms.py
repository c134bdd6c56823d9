from __future__ import annotations

from typing import Any

from django import forms

from lms.classes.models import Cohort
from lms.grading.models import Feedback


class CohortForm(forms.ModelForm):
    class Meta:
        model = Cohort
        fields = ("name", "starts_on", "ends_on")
        widgets = {name: forms.DateInput({"type": "date"}, "%Y-%m-%d") for name in ("starts_on", "ends_on")}
        help_texts = {
            "name": "Your learners see it.",
            "ends_on": "After this day nobody can join. Leave it empty for a class without an end.",
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "The last day is before the first.")
        return data


class TeacherForm(forms.Form):
    email = forms.EmailField(
        label="Address of another teacher",
        max_length=254,
        help_text="They see the class's learners and their work, as you do, and may change the class.",
    )


class FeedbackForm(forms.ModelForm):
    class Meta:
        model = Feedback
        fields = ("text",)
        widgets = {"text": forms.Textarea({"rows": 5})}
        labels = {"text": "Your comment"}
        help_texts = {"text": "Markdown. The learner reads it beside the code."}
