from rest_framework.response import Response
from rest_framework.views import APIView

from room.models import Loan


class Loans(APIView):
    def get(self, request):
        titles = Loan.objects.filter(reader=request.user).order_by("title").values_list("title", flat=True)
        return Response({"reader": request.user.username, "loans": list(titles)})
