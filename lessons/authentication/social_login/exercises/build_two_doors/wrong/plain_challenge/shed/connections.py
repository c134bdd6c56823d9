"""Which providers an account has, and taking one away."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db import transaction
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from shed.doors import get_site
from shed.models import Identity


@login_required
def listing(request):
    issuers = set(Identity.objects.filter(user=request.user).values_list("issuer", flat=True))
    providers = [(name, site["issuer"] in issuers) for name, site in settings.PROVIDERS.items()]
    return render(request, "shed/connections.html", {"providers": providers})


@require_POST
@login_required
def remove(request, provider):
    site = get_site(provider)
    with transaction.atomic():
        # Two removals at once would each see the other's connection: the row of the user lets in one.
        user = User.objects.select_for_update().get(pk=request.user.pk)
        others = Identity.objects.filter(user=user).exclude(issuer=site["issuer"])
        if user.has_usable_password() or others.exists():
            Identity.objects.filter(user=user, issuer=site["issuer"]).delete()
        else:
            messages.error(request, "That is your last way in. Connect another one first.")
    return redirect("connections")
