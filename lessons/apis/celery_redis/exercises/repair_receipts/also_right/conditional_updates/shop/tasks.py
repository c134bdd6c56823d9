from celery import shared_task
from django.core.mail import send_mail

from shop import gateway
from shop.models import Order


@shared_task(
    autoretry_for=(gateway.Busy, gateway.LineLost),
    retry_backoff=10,
    retry_jitter=False,
    max_retries=4,
    acks_late=True,
)
def charge_order(order_id):
    order = Order.objects.filter(pk=order_id).select_related("product").first()
    if order is None or order.paid:
        return
    gateway.charge(order.cents, f"receipt:{order_id}")
    if Order.objects.filter(pk=order_id, paid=False).update(paid=True):
        send_mail("Your receipt", f"{order.product.name}: {order.cents / 100:.2f}", None, [order.email])
