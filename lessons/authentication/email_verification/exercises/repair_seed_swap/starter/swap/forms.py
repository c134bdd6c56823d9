from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import User


class JoinForm(UserCreationForm):
    email = forms.EmailField()

    class Meta:
        model = User
        fields = ("username", "email")


class AddressForm(forms.Form):
    email = forms.EmailField()
