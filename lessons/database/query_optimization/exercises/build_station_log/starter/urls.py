from django.urls import path

from log import views

urlpatterns = [
    path("stations.json", views.stations),
    path("stations/<int:pk>/readings.json", views.readings),
    path("alarms.json", views.alarms),
]
