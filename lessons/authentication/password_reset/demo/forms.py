from collections.abc import Mapping
from functools import partial

from django import forms
from django.contrib.auth.forms import PasswordChangeForm, PasswordResetForm, SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError

from .anatomy import split_link
from .models import Bench
from .passwords import HOUSE_RULES
from .post import deliver
from .tokens import remember


class ResetForm(PasswordResetForm):
    """Django's form decides who gets a letter (`get_users`), and writes it; we send it."""

    def __init__(self, *args: object, delivery: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.delivery = delivery

    def send_mail(
        self,
        subject_template: str,
        template: str,
        context: Mapping[str, object],
        *args: object,
        **kwargs: object,
    ) -> None:
        remember(context["user"], context["uid"], context["token"])
        send = partial(super().send_mail, subject_template, template, context, *args, **kwargs)
        deliver(send, self.delivery)


class HouseRules:
    """For forms that set a password: the house's validators in place of the project's."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = password_validators_help_text_html(HOUSE_RULES)

    def validate_password_for_user(self, user: User, password_field_name: str = "password2") -> None:
        password = self.cleaned_data.get(password_field_name)
        if password:
            try:
                validate_password(password, user, HOUSE_RULES)
            except ValidationError as error:
                self.add_error(password_field_name, error)


class NewPasswordForm(HouseRules, SetPasswordForm):
    pass


class ChangePasswordForm(HouseRules, PasswordChangeForm):
    pass


class AddressForm(forms.ModelForm):
    email = forms.EmailField(label="Email", max_length=254)

    class Meta:
        model = User
        fields = ("email",)


class LinkForm(forms.Form):
    """A link out of a letter, whole or from its path on."""

    link = forms.CharField(
        max_length=400, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )

    def clean_link(self) -> tuple[str, str]:
        parts = split_link(self.cleaned_data["link"])
        if parts is None:
            raise ValidationError("A reset link ends in two parts between slashes: …/Mg/d4xk2m-0f3a…/")
        return parts


class BenchForm(forms.ModelForm):
    clock_hours = forms.TypedChoiceField(
        label="The generator’s clock",
        coerce=int,
        choices=[
            (0, "Shows the time"),
            (71, "71 hours ahead"),
            (73, "73 hours ahead"),
        ],
    )

    class Meta:
        model = Bench
        fields = ("clock_hours", "key", "delivery")
        labels = {"key": "The generator’s key", "delivery": "How letters are sent"}


class CandidateForm(forms.Form):
    # Called "password", so that what records requests masks it.
    password = forms.CharField(
        label="A password to try",
        strip=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    user = forms.ModelChoiceField(
        label="For",
        queryset=User.objects.order_by("username"),
        required=False,
        empty_label="nobody in particular",
    )
