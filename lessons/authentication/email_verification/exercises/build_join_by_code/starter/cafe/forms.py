from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import User


class JoinForm(UserCreationForm):
    email = forms.EmailField()

    class Meta:
        model = User
        fields = ("username", "email")


class CodeForm(forms.Form):
    code = forms.CharField(max_length=12, widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}))
