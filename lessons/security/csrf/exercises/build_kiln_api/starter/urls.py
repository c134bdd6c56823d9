from django.urls import path

from kiln import views

urlpatterns = [
    path("", views.home, name="home"),
]
