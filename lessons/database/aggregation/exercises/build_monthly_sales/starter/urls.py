from django.urls import path

from bakery import views

urlpatterns = [path("reports/monthly/", views.monthly, name="monthly")]
