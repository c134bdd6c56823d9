from django.contrib.auth.forms import PasswordResetForm
from django.core.exceptions import ValidationError


class ForgotForm(PasswordResetForm):
    def clean_email(self):
        email = self.cleaned_data["email"]
        if not any(self.get_users(email)):
            raise ValidationError("No traveller has this address.")
        return email
