import json

from asgiref.sync import async_to_sync
from channels.exceptions import DenyConnection
from channels.generic.websocket import WebsocketConsumer
from desk.models import Note, Ticket


class TicketConsumer(WebsocketConsumer):
    def connect(self):
        user = self.scope["user"]
        pk = self.scope["url_route"]["kwargs"]["pk"]
        try:
            self.ticket = Ticket.objects.get(pk=pk)
        except Ticket.DoesNotExist:
            raise DenyConnection from None
        if not user.is_staff and self.ticket.customer != user:
            raise DenyConnection
        self.groups.append(f"ticket.{pk}")
        async_to_sync(self.channel_layer.group_add)(f"ticket.{pk}", self.channel_name)
        self.accept()

    def receive(self, text_data=None, bytes_data=None):
        try:
            text = json.loads(text_data)["text"]
            if not text.strip():
                raise ValueError("blank")
        except (TypeError, ValueError, KeyError, AttributeError):
            self.send(json.dumps({"type": "error"}))
            return
        note = Note.objects.create(ticket=self.ticket, author=self.scope["user"], text=text)
        async_to_sync(self.channel_layer.group_send)(
            f"ticket.{self.ticket.pk}", {"type": "send.note", "pk": note.pk}
        )

    def send_note(self, event):
        note = Note.objects.select_related("author").get(pk=event["pk"])
        self.send(json.dumps({"type": "note", "author": note.author.username, "text": note.text}))

    def ticket_closed(self, event):
        self.send(json.dumps({"type": "closed"}))
        self.close(code=4000)
