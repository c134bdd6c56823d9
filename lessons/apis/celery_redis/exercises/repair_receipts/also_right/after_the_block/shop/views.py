from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from shop.models import Order, Product
from shop.tasks import charge_order


class SoldOut(Exception):
    pass


@require_POST
def buy(request):
    try:
        with transaction.atomic():
            product = get_object_or_404(Product, pk=request.POST["product"])
            order = Order.objects.create(product=product, email=request.POST["email"], cents=product.cents)
            product.stock -= 1
            product.save()
            if product.stock < 0:
                raise SoldOut
    except SoldOut:
        return JsonResponse({"error": f"{product.name} is sold out."}, status=409)
    charge_order.delay(order_id=order.pk)
    return JsonResponse({"order": order.pk}, status=201)


def orders(request):
    rows = Order.objects.order_by("pk").values("id", "email", "cents", "paid")
    return JsonResponse({"orders": list(rows)})
