"""HTTP and WebSockets of the demos site, for uvicorn, as one process."""

import asyncio
import logging
import os
from contextlib import suppress
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sandbox.demos.settings")
django_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler  # noqa: E402

from sandbox.demos import feeds, lifecycle, originals, shared, workers  # noqa: E402
from sandbox.demos.conf import conf  # noqa: E402
from sandbox.demos.sockets import demos_application  # noqa: E402
from sandbox.demos.worlds import sweep  # noqa: E402

log = logging.getLogger(__name__)


class Lifespan:
    """Prepares the databases before the first request, and sweeps old worlds while the server runs."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await self.app(scope, receive, send)
            return
        await receive()
        try:
            await asyncio.to_thread(originals.prepare, conf.DEMOS, log.debug)
        except Exception as error:
            log.exception("The demos' databases could not be prepared")
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        shared.begin(conf.DEMOS)
        await asyncio.to_thread(lifecycle.site_started, conf.DEMOS)
        sweeper = asyncio.create_task(sweep_now_and_then())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        feeds.close_all()
        sweeper.cancel()
        with suppress(asyncio.CancelledError):
            await sweeper
        await asyncio.to_thread(lifecycle.site_stopped, conf.DEMOS)
        await asyncio.to_thread(workers.stop_all)
        await send({"type": "lifespan.shutdown.complete"})


async def sweep_now_and_then() -> None:
    while True:
        try:
            swept = await asyncio.to_thread(sweep)
            await asyncio.to_thread(workers.tidy)
            if swept.removed:
                log.info("%d unused worlds removed, %d kept", swept.removed, swept.kept)
        except OSError:
            log.exception("Old worlds could not be removed")
        await asyncio.sleep(conf.WORLD_SWEEP_EVERY)


application = Lifespan(
    ProtocolTypeRouter(
        {
            "http": ASGIStaticFilesHandler(django_application),
            "websocket": AllowedHostsOriginValidator(demos_application()),
        }
    )
)
