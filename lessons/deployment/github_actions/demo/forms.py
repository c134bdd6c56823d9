from django import forms

from .documents import MAX_TEXT
from .models import PullRequest

CODE = forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "autocapitalize": "off", "wrap": "off"})


class WorkflowForm(forms.Form):
    text = forms.CharField(label=".github/workflows/ci.yml", max_length=MAX_TEXT, strip=False, widget=CODE)

    def clean_text(self) -> str:
        return self.cleaned_data["text"].replace("\r\n", "\n")


class FileForm(WorkflowForm):
    text = forms.CharField(label="Text", max_length=20_000, strip=False, required=False, widget=CODE)


class PushForm(forms.Form):
    branch = forms.RegexField(r"^[\w./-]+$", label="Branch", initial="main", max_length=60)
    title = forms.CharField(label="Commit message", initial="Warn earlier", max_length=200)


class PullRequestForm(forms.ModelForm):
    class Meta:
        model = PullRequest
        fields = ["title", "branch", "tests"]
        widgets = {"tests": forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "wrap": "off"})}

    def clean_tests(self) -> str:
        return self.cleaned_data["tests"].replace("\r\n", "\n")
