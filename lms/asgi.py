"""HTTP and WebSocket of the LMS site; without Redis the grading worker too, while the server lives."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.dev")
http = get_asgi_application()

# These import models, and so come after Django is set up.
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.conf import settings  # noqa: E402

from lms.api.sockets import ByToken  # noqa: E402
from lms.embedded import LifespanWithCelery, plain_lifespan  # noqa: E402
from lms.newcomers import NewcomersFirst  # noqa: E402
from lms.proxies import BehindProxies  # noqa: E402
from lms.routing import websocket_urlpatterns  # noqa: E402

sockets = URLRouter(websocket_urlpatterns)
protocols = ProtocolTypeRouter(
    {
        "http": NewcomersFirst(http),
        # By a cookie only from our own pages; by a token from anywhere.
        "websocket": ByToken(sockets, otherwise=AllowedHostsOriginValidator(AuthMiddlewareStack(sockets))),
        "lifespan": LifespanWithCelery() if settings.EMBEDDED_WORKER else plain_lifespan,
    }
)
application = BehindProxies(protocols, settings.TRUSTED_PROXIES)
