from urllib.parse import parse_qs

from auction.models import Bid, Lot, Watcher
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.db import transaction


class LotConsumer(AsyncJsonWebsocketConsumer):
    group = None

    async def connect(self):
        self.user = self.scope["user"]
        self.pk = self.scope["url_route"]["kwargs"]["pk"]
        if not self.user.is_authenticated or not await Lot.objects.filter(pk=self.pk).aexists():
            await self.close()
            return
        self.group = f"lot.{self.pk}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        await self.send_json({"type": "missed", "bids": await self.bids_after(self.after())})
        await Watcher.objects.acreate(lot_id=self.pk, user=self.user, connection=self.channel_name)
        await self.tell_watchers()

    async def disconnect(self, code):
        if self.group is None:
            return
        await self.channel_layer.group_discard(self.group, self.channel_name)
        await Watcher.objects.filter(connection=self.channel_name).adelete()

    async def receive_json(self, content):
        amount = content.get("amount") if isinstance(content, dict) else None
        answer = await self.place(amount)
        if answer["type"] == "bid":
            await self.channel_layer.group_send(self.group, answer)
        else:
            await self.send_json(answer)

    async def bid(self, event):
        await self.send_json(event)

    async def watchers(self, event):
        await self.send_json(event)

    async def tell_watchers(self):
        names = Watcher.objects.filter(lot_id=self.pk).values_list("user__username", flat=True)
        people = sorted({name async for name in names})
        await self.channel_layer.group_send(self.group, {"type": "watchers", "people": people})

    def after(self):
        value = parse_qs(self.scope["query_string"].decode()).get("after", ["0"])[0]
        return int(value) if value.isdigit() else 0

    @database_sync_to_async
    def bids_after(self, number):
        bids = Bid.objects.filter(lot_id=self.pk, number__gt=number).order_by("number")
        return [
            {"number": bid.number, "who": bid.bidder.username, "amount": bid.amount}
            for bid in bids.select_related("bidder")
        ]

    @database_sync_to_async
    def place(self, amount):
        with transaction.atomic():
            lot = Lot.objects.select_for_update().get(pk=self.pk)
            best = lot.bids.order_by("-number").first()
            price = best.amount if best else lot.start
            if type(amount) is not int or amount <= price:
                return {"type": "refused", "price": price}
            number = best.number + 1 if best else 1
            Bid.objects.create(lot=lot, bidder=self.user, number=number, amount=amount)
        return {"type": "bid", "number": number, "who": self.user.username, "amount": amount}
