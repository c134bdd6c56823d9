from django.urls import path

from room.views import Loans

urlpatterns = [path("loans/", Loans.as_view())]
