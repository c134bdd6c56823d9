from django.urls import path
from school import views

urlpatterns = [
    path("courses/<int:pk>.json", views.course, name="course"),
    path("courses/<int:pk>/join/", views.join, name="join"),
    path("best.json", views.best, name="best"),
]
