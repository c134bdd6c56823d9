from bakery import views
from django.urls import path

urlpatterns = [
    path("", views.counter),
    path("api/orders/", views.orders),
    path("api/orders/<int:pk>/done/", views.done),
]
