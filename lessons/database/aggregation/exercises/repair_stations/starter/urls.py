from django.urls import path

from hire import views

urlpatterns = [
    path("stations/", views.stations, name="stations"),
    path("stations.json", views.stations_json, name="stations_json"),
]
