from django import forms
from django.contrib.auth.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
    remember = forms.BooleanField(required=False, label="Remember me for two weeks")
