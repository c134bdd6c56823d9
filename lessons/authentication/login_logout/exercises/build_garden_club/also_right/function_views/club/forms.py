from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password


class JoinForm(forms.Form):
    username = forms.CharField(max_length=150)
    password1 = forms.CharField(label="Password", widget=forms.PasswordInput)
    password2 = forms.CharField(label="The same again", widget=forms.PasswordInput)

    def clean_username(self):
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError("Somebody has that name already.")
        return username

    def clean(self):
        data = super().clean()
        if data.get("password1") != data.get("password2"):
            self.add_error("password2", "The two passwords differ.")
        elif data.get("password1"):
            try:
                validate_password(data["password1"], User(username=data.get("username", "")))
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return data

    def save(self):
        return User.objects.create_user(
            self.cleaned_data["username"], password=self.cleaned_data["password1"]
        )
