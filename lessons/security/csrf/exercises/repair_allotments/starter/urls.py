from django.urls import path

from plots import views

urlpatterns = [
    path("", views.home, name="home"),
    path("enter/", views.enter, name="enter"),
    path("email/", views.change_email, name="email"),
    path("plots/<int:pk>/release/", views.release, name="release"),
    path("rain/", views.rain, name="rain"),
]
