from django.urls import path

from . import views

app_name = "query_optimization"

urlpatterns = [
    path("", views.bench, name="bench"),
    path("lists/", views.lists, name="lists"),
    path("columns/", views.which_columns, name="columns"),
    path("columns/left-out/", views.trap, name="trap"),
    path("how-many/", views.how_many, name="how_many"),
    path("pages/", views.paging, name="paging"),
    path("pages/depths/", views.depths, name="depths"),
]
