from django.urls import path

from board import views

urlpatterns = [
    path("", views.board, name="board"),
    path("new/", views.new, name="new"),
    path("search/", views.search, name="search"),
]
