from django.urls import path

from . import views

app_name = "aggregation"

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("builder/", views.builder, name="builder"),
    path("join/", views.join, name="join"),
    path("where/", views.where, name="where"),
    path("nothing/", views.nothing, name="nothing"),
    path("per-row/", views.per_row, name="per_row"),
    path("orders/add/", views.add_order, name="add_order"),
    path("reviews/add/", views.add_review, name="add_review"),
]
