import hashlib
import hmac

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.generic import TemplateView

from plots.models import Rain


class HomeView(LoginRequiredMixin, TemplateView):
    login_url = "/enter/"
    template_name = "plots/home.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(plots=self.request.user.plots.order_by("pk"), **kwargs)


def enter(request):
    login(request, User.objects.get(username="ada"), backend="django.contrib.auth.backends.ModelBackend")
    return redirect("home")


class EmailView(LoginRequiredMixin, View):
    login_url = "/enter/"

    def post(self, request):
        User.objects.filter(pk=request.user.pk).update(email=request.POST["email"])
        return redirect("home")


@method_decorator(csrf_protect, name="dispatch")
class ReleaseView(LoginRequiredMixin, View):
    login_url = "/enter/"

    def post(self, request, pk):
        plot = get_object_or_404(request.user.plots, pk=pk)
        request.user.plots.remove(plot)
        return redirect("home")


@method_decorator(csrf_exempt, name="dispatch")
class RainView(View):
    def post(self, request):
        signature = hmac.new(settings.RAIN_KEY.encode(), request.body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signature, request.headers.get("X-Signature", "")):
            return HttpResponse("Wrong signature.", status=403)
        Rain.objects.create(millimetres=int(request.body))
        return HttpResponse("Noted.", status=201)


home = HomeView.as_view()
change_email = EmailView.as_view()
release = ReleaseView.as_view()
rain = RainView.as_view()
