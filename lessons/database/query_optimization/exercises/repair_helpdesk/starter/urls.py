from django.urls import path

from desk import views

urlpatterns = [
    path("agents/<int:pk>/tickets.json", views.tickets),
    path("days/<str:day>.json", views.day),
    path("customers.json", views.customer),
]
