from django import forms
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import User


class SignUpForm(BaseUserCreationForm):
    email = forms.EmailField(help_text="Your code goes there; the envelope above opens the mailbox.")

    class Meta:
        model = User
        fields = ["username", "email"]

    def clean_username(self) -> str:
        """The name of an account whose address nobody has proved is free again."""
        name = self.cleaned_data["username"]
        nobodys = User.objects.filter(username__iexact=name, is_active=False, last_login=None)
        nobodys.filter(emaildevice__confirmed=False).delete()
        return name


class CodeForm(forms.Form):
    """A code as people type it: with spaces, in capitals."""

    code = forms.CharField(
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "size": 10}),
    )

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split()).lower()


class ClockForm(forms.Form):
    fast_by = forms.TypedChoiceField(
        label="The phone’s clock is",
        coerce=int,
        choices=[
            (0, "right"),
            (30, "30 seconds fast"),
            (60, "60 seconds fast"),
            (90, "90 seconds fast"),
            (-30, "30 seconds slow"),
            (-90, "90 seconds slow"),
        ],
    )
