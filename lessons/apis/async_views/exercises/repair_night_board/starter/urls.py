from board import views
from django.urls import path

urlpatterns = [path("board.json", views.board, name="board")]
