from django import forms
from django.contrib.auth.forms import AuthenticationForm, UserCreationForm
from django.contrib.auth.models import User


class SignUpForm(UserCreationForm):
    """Django's own form, and an address. It rejects a name that differs only in case, and weak passwords."""

    email = forms.EmailField(required=False, help_text="Optional. Nothing is sent to it here.")

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username", "email")


class SignInForm(AuthenticationForm):
    remember = forms.BooleanField(required=False, label="Keep me signed in for two weeks")
