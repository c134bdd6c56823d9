from django.contrib.auth.models import User
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from choir.upgrade import wrap_passwords


def home(request):
    return render(request, "choir/home.html", {"singers": User.objects.order_by("username")})


@require_POST
def wrap(request):
    """For the preview only: the choir will run it as a migration."""
    wrap_passwords()
    return HttpResponseRedirect(reverse("home"))
