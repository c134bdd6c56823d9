"""Signing up, in and out, and the page for readers who are signed in."""

from django.contrib.auth import SESSION_KEY, login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from .forms import SignInForm, SignUpForm
from .models import SessionEvent
from .sessions import cookie_facts, end_sessions, live_key, live_rows, record
from .shelf import books_in_bag

Kind = SessionEvent.Kind


def safe_next(request: HttpRequest, default: str) -> str:
    """`next` if it stays on this host, else the default: anybody may have written it."""
    target = request.POST.get("next") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return target
    return default


class SignInView(LoginView):
    authentication_form = SignInForm
    template_name = "login_logout/login.html"
    next_page = "login_logout:home"

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        session = self.request.session
        somebody_else = session.get(SESSION_KEY) not in (None, str(form.get_user().pk))
        key_before = live_key(self.request)
        response = super().form_valid(form)  # login(), then the redirect
        # None: SESSION_COOKIE_AGE, two weeks. 0: the cookie ends with the browser.
        session.set_expiry(None if form.cleaned_data["remember"] else 0)
        kind = Kind.REPLACED if somebody_else else Kind.SIGNED_IN
        record(kind, self.request, form.get_user().get_username(), key_before)
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        username = form.cleaned_data.get("username", "")
        record(Kind.REFUSED, self.request, username, live_key(self.request))
        return super().form_invalid(form)


class SignUpView(FormView):
    form_class = SignUpForm
    template_name = "login_logout/signup.html"

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        key_before = live_key(self.request)
        user = form.save()
        # Nobody called authenticate(): login() has to be told who vouches for this user.
        login(self.request, user, backend="django.contrib.auth.backends.ModelBackend")
        record(Kind.SIGNED_UP, self.request, user.get_username(), key_before)
        home = reverse("login_logout:home")
        return HttpResponseRedirect(safe_next(self.request, default=home))


class SignOutView(LogoutView):
    next_page = "login_logout:signed_out"

    def post(self, request: HttpRequest) -> HttpResponse:
        # Read before the flush: afterwards nobody is signed in and there is no key.
        username, key_before = request.user.get_username(), live_key(request)
        response = super().post(request)
        if username:
            record(Kind.SIGNED_OUT, request, username, key_before)
        return response


class DeskView(LoginRequiredMixin, TemplateView):
    login_url = reverse_lazy("login_logout:login")
    template_name = "login_logout/desk.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        loans = self.request.user.loans.select_related("book").order_by("-borrowed_at")
        bag = books_in_bag(self.request.session)
        return super().get_context_data(bag=bag, loans=loans, **kwargs)


@never_cache
def sessions(request: HttpRequest) -> HttpResponse:
    rows = live_rows(live_key(request))
    return render(
        request,
        "login_logout/sessions.html",
        {
            "cookie": cookie_facts(request),
            "rows": rows,
            "mine": next((row for row in rows if row.mine), None),
            "events": SessionEvent.objects.order_by("-at", "-pk")[:12],
        },
    )


@require_POST
@login_required(login_url="login_logout:login")
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    key = live_key(request)
    end_sessions(request.user, except_key=key)
    record(Kind.ENDED_OTHERS, request, request.user.get_username(), key)
    return redirect("login_logout:sessions")
