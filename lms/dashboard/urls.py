from django.urls import path

from lms.dashboard import views

urlpatterns = [path("progress/", views.my_progress, name="my_progress")]
