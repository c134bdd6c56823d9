from django.urls import path

from . import views

app_name = "relationships"

urlpatterns = [
    path("", views.whole, name="map"),
    path("rows/<slug:kind>/<int:pk>/", views.row, name="row"),
    path("rows/<slug:kind>/<int:pk>/delete/", views.delete, name="delete"),
    path("musicians/<int:pk>/profile/", views.profile, name="profile"),
    path("members/", views.join, name="join"),
    path("ask/", views.ask, name="ask"),
    path("tables/", views.tables, name="tables"),
]
