from books import views
from django.urls import path

urlpatterns = [path("", views.home), path("events/", views.events)]
