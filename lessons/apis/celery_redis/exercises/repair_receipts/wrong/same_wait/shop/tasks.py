from celery import shared_task
from django.core.mail import send_mail

from shop import gateway
from shop.models import Order


@shared_task(bind=True, max_retries=4)
def charge_order(self, order_id):
    order = Order.objects.select_related("product").get(pk=order_id)
    if order.paid:
        return
    try:
        gateway.charge(order.cents, key=f"order-{order.pk}")
    except (gateway.Busy, gateway.LineLost) as error:
        raise self.retry(exc=error, countdown=10) from error
    order.paid = True
    order.save(update_fields=["paid"])
    send_mail("Your receipt", f"{order.product.name}: {order.cents / 100:.2f}", None, [order.email])
