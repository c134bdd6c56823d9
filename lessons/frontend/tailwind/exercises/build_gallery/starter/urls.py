from django.urls import path

from pottery import views

urlpatterns = [
    path("", views.shelf, name="shelf"),
    path("pots/<int:pk>/", views.pot, name="pot"),
]
