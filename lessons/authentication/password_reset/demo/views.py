"""Reset and change on Django's own views, and one change by hand that gets it wrong."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import (
    PasswordChangeView,
    PasswordResetConfirmView,
    PasswordResetView,
)
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse_lazy

from .forms import ChangePasswordForm, NewPasswordForm, ResetForm
from .models import Bench
from .tokens import BenchTokenGenerator


class ResetView(PasswordResetView):
    form_class = ResetForm
    template_name = "password_reset/reset.html"
    email_template_name = "password_reset/letter.txt"
    subject_template_name = "password_reset/subject.txt"
    success_url = reverse_lazy("password_reset:sent")

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        self.bench = Bench.current()
        self.token_generator = BenchTokenGenerator(self.bench)

    def get_form_kwargs(self) -> dict[str, object]:
        return {**super().get_form_kwargs(), "delivery": self.bench.delivery}


class ConfirmView(PasswordResetConfirmView):
    form_class = NewPasswordForm
    template_name = "password_reset/confirm.html"
    success_url = reverse_lazy("password_reset:complete")

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        self.token_generator = BenchTokenGenerator(Bench.current())


class ChangeView(LoginRequiredMixin, PasswordChangeView):
    login_url = reverse_lazy("password_reset:login")
    form_class = ChangePasswordForm
    template_name = "password_reset/change.html"
    success_url = reverse_lazy("password_reset:account")


class ChangeByHandView(ChangeView):
    """The mistake: the password is saved, and this session is not told."""

    extra_context = {"by_hand": True}

    def form_valid(self, form: ChangePasswordForm) -> HttpResponse:
        form.save()
        return HttpResponseRedirect(self.get_success_url())
