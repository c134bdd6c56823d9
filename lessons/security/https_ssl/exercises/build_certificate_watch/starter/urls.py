from django.urls import path

from watch import views

urlpatterns = [
    path("", views.home),
    path("check/", views.check),
]
