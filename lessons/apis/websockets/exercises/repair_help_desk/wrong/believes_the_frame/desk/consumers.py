import json

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from desk.models import Note, Ticket


class TicketConsumer(AsyncJsonWebsocketConsumer):
    group = None

    async def connect(self):
        self.user = self.scope["user"]
        self.ticket = await self.ticket_of(self.scope["url_route"]["kwargs"]["pk"])
        if self.ticket is None:
            await self.close()
            return
        self.group = f"ticket.{self.ticket.pk}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        if self.group is not None:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data=None, bytes_data=None):
        try:
            content = json.loads(text_data or "")
        except ValueError:
            content = None
        text = content.get("text") if isinstance(content, dict) else None
        if not isinstance(text, str) or not text.strip():
            await self.send_json({"type": "error", "error": 'Send {"text": "…"}.'})
            return
        await self.keep(text)
        event = {"type": "note", "author": content.get("author", self.user.get_username()), "text": text}
        await self.channel_layer.group_send(self.group, event)

    @database_sync_to_async
    def ticket_of(self, pk):
        if not self.user.is_authenticated:
            return None
        tickets = Ticket.objects.filter(pk=pk)
        if not self.user.is_staff:
            tickets = tickets.filter(customer=self.user)
        return tickets.first()

    @database_sync_to_async
    def keep(self, text):
        Note.objects.create(ticket=self.ticket, author=self.user, text=text)

    async def note(self, event):
        await self.send_json(event)

    async def ticket_closed(self, event):
        await self.send_json({"type": "closed"})
        await self.close(4000)
