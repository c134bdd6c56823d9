from django import forms
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpResponseForbidden
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST
from django.views.generic import FormView
from django_otp import login as otp_login
from django_otp import verify_token
from django_otp.decorators import otp_required
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice


def home(request):
    """The first lock; a password opens it."""
    form = AuthenticationForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        return redirect("log")
    return render(request, "tower/home.html", {"form": form})


@require_POST
def sign_out(request):
    logout(request)
    return redirect("home")


@login_required(login_url="/")
@otp_required(login_url="/code/")
def log(request):
    return render(request, "tower/log.html")


@login_required(login_url="/")
@otp_required(login_url="/code/", if_configured=True)
def app(request):
    device, _ = TOTPDevice.objects.get_or_create(user=request.user, confirmed=False, defaults={"name": "app"})
    problem = ""
    if request.method == "POST":
        if device.verify_token(request.POST.get("code", "")):
            device.confirmed = True
            device.save(update_fields=["confirmed"])
            otp_login(request, device)
            return redirect("log")
        problem = "That code does not work now."
    context = {"address": device.config_url, "problem": problem}
    return render(request, "tower/app.html", context, status=403 if problem else 200)


class CodeForm(forms.Form):
    code = forms.CharField(max_length=16)


class CodeView(LoginRequiredMixin, RedirectURLMixin, FormView):
    login_url = "/"
    form_class = CodeForm
    template_name = "tower/code.html"
    next_page = "/log/"

    def form_valid(self, form):
        typed, user = form.cleaned_data["code"], self.request.user
        paper = StaticDevice.objects.filter(user=user, confirmed=True, token_set__token=typed).first()
        device = paper or TOTPDevice.objects.filter(user=user, confirmed=True).last()
        if device is None or not verify_token(user, device.persistent_id, typed):
            return self.form_invalid(form)
        otp_login(self.request, device)
        return super().form_valid(form)

    def form_invalid(self, form):
        context = self.get_context_data(form=form, problem="That code does not work now.")
        return self.render_to_response(context, status=403)


code = CodeView.as_view()


@require_POST
@login_required(login_url="/")
@otp_required(login_url="/code/")
def codes(request):
    if not TOTPDevice.objects.devices_for_user(request.user, confirmed=True).exists():
        return HttpResponseForbidden("Add an app first.")
    device, _ = StaticDevice.objects.get_or_create(user=request.user, defaults={"name": "paper"})
    device.token_set.all().delete()
    new = [StaticToken.random_token() for _ in range(8)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=token) for token in new)
    return render(request, "tower/codes.html", {"codes": new})
