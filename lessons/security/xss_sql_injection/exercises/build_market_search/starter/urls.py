from django.urls import path

from market import views

urlpatterns = [
    path("stalls/", views.stalls, name="stalls"),
    path("terms/", views.terms, name="terms"),
]
