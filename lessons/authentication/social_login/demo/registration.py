"""What somebody does once, by hand, in the provider's console: says where browsers may be sent back to."""

from allauth.idp.oidc.models import Client
from django.http import HttpRequest
from django.urls import reverse

from .models import StandIn


def register_here(request: HttpRequest) -> None:
    """Add this site's callback to the client of each stand-in, if it is not there."""
    for stand_in in StandIn.objects.all():
        path = reverse("openid_connect_callback", args=[stand_in.provider_id])
        callback = request.build_absolute_uri(path)
        client = Client.objects.get(pk=stand_in.client_id)
        known = client.get_redirect_uris()
        if callback not in known:
            # Another browser of the lesson has an address of its own.
            client.set_redirect_uris([*known, callback])
            client.save()
