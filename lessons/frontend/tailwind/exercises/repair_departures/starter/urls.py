from django.urls import path

from harbour import views

urlpatterns = [path("", views.board, name="board")]
