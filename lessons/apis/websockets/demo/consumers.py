import asyncio
import json
import time
from contextlib import suppress

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import timezone

from . import doors, limits, presence, talk

# Close codes. 4000 to 4999 are free for an application's own.
GOING_AWAY = 1001
POLICY = 1008
TOO_BIG = 1009
SERVICE_RESTART = 1012
SIGNED_OUT = 4001
GOODBYES = {1000, GOING_AWAY, SIGNED_OUT}  # meant by somebody; every other end may be a drop


class RoomConsumer(AsyncWebsocketConsumer):
    room = None
    renewing = None

    async def __call__(self, scope, receive, send):
        try:
            await super().__call__(scope, receive, send)
        finally:
            # Where a handler has raised, nobody calls disconnect(); and a task outlives its consumer.
            if self.renewing is not None:
                self.renewing.cancel()

    # region: connect
    async def connect(self):
        self.user = self.scope["user"]
        slug = self.scope["url_route"]["kwargs"]["slug"]
        self.room = await database_sync_to_async(doors.room_for)(slug, self.user, timezone.now())
        if self.room is None:
            await self.close()  # before accept(): the handshake is answered 403
            return
        self.bucket = limits.Bucket(burst=5, per_second=1, now=time.monotonic())
        self.refusals = 0
        # First join, then read: what is said in between comes twice, with the same number.
        await self.channel_layer.group_add(f"room.{slug}", self.channel_name)
        await self.channel_layer.group_add(f"user.{self.user.pk}", self.channel_name)
        await self.accept()
        await self.catch_up(self.asked_for())
        here = (self.room, self.user, self.channel_name)
        await database_sync_to_async(presence.arrive)(*here, timezone.now())
        await self.tell_presence()
        self.renewing = asyncio.create_task(self.renew())

    # endregion: connect

    def asked_for(self) -> int:
        """The number of the last message that the page has: ws/weather/?after=12."""
        name, _, value = self.scope["query_string"].decode().partition("=")
        return int(value) if name == "after" and value.isdigit() and len(value) < 10 else 0

    async def catch_up(self, number):
        missed = await database_sync_to_async(talk.since)(self.room, number)
        await self.tell(type="missed", after=number, messages=missed)

    # region: disconnect
    async def disconnect(self, code):
        if self.room is None:
            return
        await self.channel_layer.group_discard(f"room.{self.room.slug}", self.channel_name)
        await self.channel_layer.group_discard(f"user.{self.user.pk}", self.channel_name)
        if code in GOODBYES:
            await database_sync_to_async(presence.leave)(self.channel_name)
        else:
            await database_sync_to_async(presence.drop)(self.channel_name, timezone.now())
        await self.tell_presence()

    # endregion: disconnect

    async def receive(self, text_data=None, bytes_data=None):
        """A frame from a page, or from anybody with a session: nothing in it is to be trusted."""
        if text_data is None or len(text_data) > limits.MOST_FRAME:
            await self.close(TOO_BIG)
            return
        content = None
        with suppress(ValueError):
            content = json.loads(text_data)
        kind = content.get("type") if isinstance(content, dict) else None
        if kind == "say":
            await self.say(content)
        elif kind == "typing":
            await self.tell_room(type="typing", who=self.user.get_username(), sender=self.channel_name)
        elif kind == "since" and isinstance(content.get("number"), int) and 0 <= content["number"] < 2**31:
            await self.catch_up(content["number"])
        else:
            await self.refuse(None, "not understood")

    # region: say
    async def say(self, content):
        key, text = content.get("key"), content.get("text")
        has_key = isinstance(key, str) and 0 < len(key) <= 36
        if not (has_key and isinstance(text, str) and text.strip()):
            await self.refuse(None, "not understood")
            return
        if len(text) > limits.MOST_CHARACTERS:
            await self.refuse(key, "too long")
            return
        wait = self.bucket.take(time.monotonic())
        if wait:
            await self.refuse(key, "slow down", wait=wait)
            return
        message, is_new = await database_sync_to_async(talk.say)(
            self.room, self.user, key, text.strip(), timezone.now()
        )
        if is_new:
            await self.tell_room(type="said", message=talk.as_json(message))
        else:
            await self.tell(type="said", message=talk.as_json(message))

    # endregion: say

    async def refuse(self, key, reason, **details):
        self.refusals += 1
        if self.refusals > limits.MOST_REFUSALS:
            await self.close(POLICY)
        else:
            await self.tell(type="refused", key=key, reason=reason, **details)

    async def renew(self):
        """While the connection is open, whatever the page does: a hidden tab's timers are throttled."""
        while True:
            await asyncio.sleep(presence.TICK)
            changed = await database_sync_to_async(presence.renew)(
                self.room, self.user, self.channel_name, timezone.now()
            )
            if changed:
                await self.tell_presence()

    async def tell(self, **content):
        await self.send(text_data=json.dumps(content))

    async def tell_room(self, **event):
        await self.channel_layer.group_send(f"room.{self.room.slug}", event)

    async def tell_presence(self):
        people = await database_sync_to_async(presence.here)(self.room, timezone.now())
        await self.tell_room(type="presence", people=people)

    # What comes out of the channel layer: the event's type names the method.

    async def said(self, event):
        await self.tell(**event)

    async def presence(self, event):
        await self.tell(**event)

    async def typing(self, event):
        if event["sender"] != self.channel_name:
            await self.tell(type="typing", who=event["who"])

    async def reading(self, event):
        await self.tell(**event)

    # region: nap
    async def nap(self, event):
        """A handler that takes its time. Nothing else of this connection is handled meanwhile."""
        await asyncio.sleep(event["seconds"])

    # endregion: nap

    async def line_cut(self, event):
        await self.close(SERVICE_RESTART)

    async def signed_out(self, event):
        await self.close(SIGNED_OUT)
