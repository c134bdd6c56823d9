from desk import views
from django.urls import path

urlpatterns = [
    path("tickets/<int:pk>/", views.ticket),
    path("tickets/<int:pk>/close/", views.close),
]
