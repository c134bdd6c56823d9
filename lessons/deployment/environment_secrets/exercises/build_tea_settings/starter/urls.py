from django.urls import path

from teashop import views

urlpatterns = [path("", views.about)]
