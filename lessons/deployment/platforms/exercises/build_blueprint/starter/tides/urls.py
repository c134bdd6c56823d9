from django.urls import path

from tides import views

urlpatterns = [
    path("", views.tides),
    path("healthz/", views.healthz),
]
