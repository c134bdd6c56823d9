from django.urls import path
from shop import views

urlpatterns = [
    path("buy/", views.buy, name="buy"),
    path("orders.json", views.orders, name="orders"),
]
