from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.urls import path

from .models import Castle


class CastleConsumer(AsyncJsonWebsocketConsumer):
    async def receive_json(self, content):
        if "name" in content:
            await database_sync_to_async(Castle.objects.create)(name=content["name"])
        await self.send_json(await database_sync_to_async(self.castles)())

    def castles(self):
        names = list(Castle.objects.order_by("id").values_list("name", flat=True))
        return {"names": names, "persona": self.scope["persona"], "user": self.scope["user"].get_username()}


websocket_urlpatterns = [path("ws/", CastleConsumer.as_asgi())]
