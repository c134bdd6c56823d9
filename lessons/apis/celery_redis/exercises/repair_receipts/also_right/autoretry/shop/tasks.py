from celery import shared_task
from django.core.mail import EmailMessage

from shop.gateway import Busy, LineLost, charge
from shop.models import Order


@shared_task(autoretry_for=(Busy, LineLost), retry_backoff=10, retry_jitter=False, max_retries=4)
def charge_order(order_id):
    order = Order.objects.get(pk=order_id)
    if not order.paid:
        charge(order.cents, key=order.pk)
        Order.objects.filter(pk=order.pk).update(paid=True)
        EmailMessage("Your receipt", order.product.name, to=[order.email]).send()
