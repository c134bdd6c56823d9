from functools import partial

from django.db import transaction
from django.db.models import F
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from shop.models import Order, Product
from shop.tasks import charge_order


@require_POST
@transaction.atomic
def buy(request):
    product = get_object_or_404(Product, pk=request.POST["product"])
    if not Product.objects.filter(pk=product.pk, stock__gt=0).update(stock=F("stock") - 1):
        return JsonResponse({"error": f"{product.name} is sold out."}, status=409)
    order = Order.objects.create(product=product, email=request.POST["email"], cents=product.cents)
    transaction.on_commit(partial(charge_order.apply_async, args=[order.pk], task_id=f"order-{order.pk}"))
    return JsonResponse({"order": order.pk}, status=201)


def orders(request):
    rows = Order.objects.order_by("pk").values("id", "email", "cents", "paid")
    return JsonResponse({"orders": list(rows)})
