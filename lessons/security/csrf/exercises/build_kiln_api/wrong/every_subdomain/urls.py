from django.urls import path

from kiln import views

urlpatterns = [
    path("", views.home, name="home"),
    path("api/session/", views.session, name="session"),
    path("api/login/", views.sign_in, name="login"),
    path("api/bookings/", views.book, name="bookings"),
]
