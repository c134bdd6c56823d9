from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lms.accounts import mailbox


@require_safe
@never_cache
def show_mailbox(request: HttpRequest) -> HttpResponse:
    """The mail that this installation would have sent; 404 for everybody but the person at this machine."""
    if not mailbox.is_open(request):
        raise Http404
    return render(request, "accounts/mailbox.html", {"mails": mailbox.read_messages()})


@never_cache
def staff_login(request: HttpRequest) -> HttpResponse:
    """The admins' sign-in page: ours, so that there is one door, with one set of limits behind it.

    The admins send somebody here who is signed in and may not enter as well: signing in again would
    only bring them back.
    """
    if request.user.is_authenticated:
        raise PermissionDenied
    query = urlencode({"next": request.GET.get("next") or reverse("wagtailadmin_home")})
    return redirect(f"{reverse('account_login')}?{query}")
