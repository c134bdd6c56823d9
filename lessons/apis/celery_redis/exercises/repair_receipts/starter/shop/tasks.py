import uuid

from celery import shared_task
from django.core.mail import send_mail

from shop import gateway
from shop.models import Order


@shared_task(bind=True, max_retries=5)
def charge_order(self, order_id):
    order = Order.objects.get(pk=order_id)
    send_mail("Your receipt", f"{order.product.name}: {order.cents / 100:.2f}", None, [order.email])
    try:
        gateway.charge(order.cents, key=str(uuid.uuid4()))
    except (gateway.Busy, gateway.LineLost, gateway.Declined) as error:
        raise self.retry(exc=error, countdown=10)
    order.paid = True
    order.save()
