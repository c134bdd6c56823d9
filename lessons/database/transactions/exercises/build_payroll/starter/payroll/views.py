import json

from django.http import JsonResponse
from django.views.decorators.http import require_POST
from payroll.models import Account
from payroll.pay import Refused, pay_all


@require_POST
def payroll(request):
    sent = json.loads(request.body)
    try:
        return JsonResponse(pay_all(sent["payments"], sent.get("strict", False)))
    except Refused as error:
        return JsonResponse({"refused": error.args[0]}, status=409)


def accounts(request):
    return JsonResponse({"accounts": list(Account.objects.order_by("pk").values("id", "owner", "balance"))})
