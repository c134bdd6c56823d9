from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from desk.models import Note
from django.contrib.auth.models import User


class TicketConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.pk = self.scope["url_route"]["kwargs"]["pk"]
        await self.channel_layer.group_add("tickets", self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard("tickets", self.channel_name)

    async def receive_json(self, content):
        author = content.get("author") or self.scope["user"].get_username()
        await self.keep(author, content["text"])
        event = {"type": "note", "author": author, "text": content["text"]}
        await self.channel_layer.group_send("tickets", event)

    @database_sync_to_async
    def keep(self, author, text):
        Note.objects.create(ticket_id=self.pk, author=User.objects.get(username=author), text=text)

    async def note(self, event):
        await self.send_json(event)

    async def ticket_closed(self, event):
        await self.send_json({"type": "closed"})
