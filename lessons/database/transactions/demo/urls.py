from django.urls import path

from . import views

app_name = "transactions"

urlpatterns = [
    path("", views.one_transfer, name="transfer"),
    path("payday/", views.wages, name="payday"),
    path("race/", views.two_sessions, name="race"),
    path("books/", views.ledger, name="books"),
    path("books/put-right/", views.put_right, name="put_right"),
]
