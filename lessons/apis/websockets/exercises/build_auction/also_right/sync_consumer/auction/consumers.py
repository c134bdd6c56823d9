from urllib.parse import parse_qsl

from asgiref.sync import async_to_sync
from auction.models import Bid, Lot, Watcher
from channels.generic.websocket import JsonWebsocketConsumer
from django.db import transaction
from django.db.models import Max


class LotConsumer(JsonWebsocketConsumer):
    def connect(self):
        self.lot = Lot.objects.filter(pk=self.scope["url_route"]["kwargs"]["pk"]).first()
        if self.lot is None or self.scope["user"].is_anonymous:
            self.lot = None
            return self.close()
        async_to_sync(self.channel_layer.group_add)(self.group, self.channel_name)
        self.accept()
        after = int(dict(parse_qsl(self.scope["query_string"].decode())).get("after", 0))
        missed = self.lot.bids.filter(number__gt=after).order_by("number").select_related("bidder")
        self.send_json(
            {
                "type": "missed",
                "bids": [{"number": b.number, "who": b.bidder.username, "amount": b.amount} for b in missed],
            }
        )
        self.lot.watchers.create(user=self.scope["user"], connection=self.channel_name)
        self.tell_watchers()

    @property
    def group(self):
        return f"auction_{self.lot.pk}"

    def disconnect(self, code):
        if self.lot is None:
            return
        Watcher.objects.filter(connection=self.channel_name).delete()
        async_to_sync(self.channel_layer.group_discard)(self.group, self.channel_name)
        self.tell_watchers()

    def receive_json(self, content):
        amount = content["amount"] if isinstance(content, dict) and "amount" in content else None
        with transaction.atomic():
            Lot.objects.select_for_update().get(pk=self.lot.pk)
            found = self.lot.bids.aggregate(price=Max("amount"), number=Max("number"))
            price = found["price"] or self.lot.start
            good = isinstance(amount, int) and not isinstance(amount, bool) and amount > price
            if good:
                bid = Bid.objects.create(
                    lot=self.lot,
                    bidder=self.scope["user"],
                    number=(found["number"] or 0) + 1,
                    amount=amount,
                )
        if not good:
            self.send_json({"type": "refused", "price": price})
            return
        self.tell({"type": "bid", "number": bid.number, "who": bid.bidder.username, "amount": amount})

    def tell_watchers(self):
        people = self.lot.watchers.order_by("user__username").values_list("user__username", flat=True)
        self.tell({"type": "watchers", "people": list(people.distinct())})

    def tell(self, content):
        async_to_sync(self.channel_layer.group_send)(self.group, {"type": "pass.on", "content": content})

    def pass_on(self, event):
        self.send_json(event["content"])
