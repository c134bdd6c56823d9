"""allauth's own views; what is ours is how they look."""

from allauth.account import app_settings, views
from django.http import HttpRequest, HttpResponse


class SignUpView(views.SignupView):
    template_name = "email_verification/signup.html"


class SignInView(views.LoginView):
    template_name = "email_verification/login.html"


class SignOutView(views.LogoutView):
    template_name = "email_verification/logout.html"


class InactiveView(views.AccountInactiveView):
    template_name = "email_verification/inactive.html"


class ConfirmView(views.ConfirmEmailView):
    """A GET shows a button, the POST confirms: a mail scanner's GET confirms nothing."""

    template_name = "email_verification/confirm.html"


class SentView(views.EmailVerificationSentView):
    template_name = "email_verification/sent.html"


class CodeView(views.ConfirmEmailVerificationCodeView):
    template_name = "email_verification/code.html"


class AddressView(views.EmailView):
    template_name = "email_verification/address.html"


def sent_or_code(request: HttpRequest) -> HttpResponse:
    view = CodeView if app_settings.EMAIL_VERIFICATION_BY_CODE_ENABLED else SentView
    return view.as_view()(request)


FORM, WORD = "email_verification/form.html", "email_verification/word.html"

forgot = views.PasswordResetView.as_view(
    template_name=FORM, extra_context={"heading": "Forgot the password?", "button": "Send me a link"}
)
forgot_done = views.PasswordResetDoneView.as_view(
    template_name=WORD, extra_context={"heading": "Look at your mail"}
)
new_password = views.PasswordResetFromKeyView.as_view(
    template_name=FORM, extra_context={"heading": "A new password", "button": "Set it"}
)
new_password_done = views.PasswordResetFromKeyDoneView.as_view(
    template_name=WORD, extra_context={"heading": "Your new password is set"}
)
