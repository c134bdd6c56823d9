from auction import views
from django.urls import path

urlpatterns = [path("lots/<int:pk>/", views.lot)]
