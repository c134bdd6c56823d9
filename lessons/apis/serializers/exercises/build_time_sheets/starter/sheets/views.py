from django.shortcuts import get_object_or_404
from rest_framework.generics import ListCreateAPIView, RetrieveUpdateDestroyAPIView
from sheets.models import Employee, Sheet
from sheets.serializers import SheetSerializer


class OfOneEmployee:
    serializer_class = SheetSerializer

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        self.employee = get_object_or_404(Employee, pk=kwargs["employee"])

    def get_queryset(self):
        sheets = Sheet.objects.filter(employee=self.employee).order_by("-monday")
        return sheets.select_related("employee").prefetch_related("entries__project")

    def get_serializer_context(self):
        return {**super().get_serializer_context(), "employee": self.employee}


class SheetList(OfOneEmployee, ListCreateAPIView):
    def perform_create(self, serializer):
        serializer.save(employee=self.employee)


class SheetDetail(OfOneEmployee, RetrieveUpdateDestroyAPIView):
    pass
