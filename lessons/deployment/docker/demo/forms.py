import posixpath

from django import forms

from .compose import FAULTS
from .models import File


class TextForm(forms.Form):
    """A whole file. Line ends of a browser's form become those of a file."""

    text = forms.CharField(
        max_length=20_000,
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "autocapitalize": "off"}),
    )

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].replace("\r\n", "\n")
        return text if text.endswith("\n") or not text else text + "\n"


class NewFileForm(forms.ModelForm):
    class Meta:
        model = File
        fields = ["path"]
        widgets = {"path": forms.TextInput(attrs={"placeholder": "notes/todo.txt"})}

    def clean_path(self) -> str:
        path = posixpath.normpath(self.cleaned_data["path"].strip())
        if path.startswith(("/", "..")) or path == "." or "\\" in path:
            raise forms.ValidationError("A path below the project's folder, as notes/todo.txt.")
        if File.objects.count() >= 60:
            raise forms.ValidationError("Sixty files are enough for this shelf.")
        return path


class FaultForm(forms.Form):
    broken = forms.ChoiceField(label="Service", required=False)
    fault = forms.ChoiceField(label="What is wrong with it", choices=list(FAULTS.items()))

    def __init__(self, data, services) -> None:
        super().__init__(data)
        self.fields["broken"].choices = [("", "all are well"), *((name, name) for name in services)]
