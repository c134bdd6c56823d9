from django.urls import path

from . import views

app_name = "password_hashing"

urlpatterns = [
    path("", views.home, name="home"),
    path("measure/", views.measure, name="measure"),
    path("anatomy/", views.anatomy, name="anatomy"),
    path("raid/", views.raid, name="raid"),
    path("raid/<slug:slug>/", views.raid, name="raid"),
    path("raid/<slug:slug>/guess/", views.guess, name="guess"),
    path("raid/<slug:slug>/forget/", views.forget, name="forget"),
    path("members/", views.members, name="members"),
    path("members/sign-in/", views.sign_in, name="sign_in"),
    path("members/prefer/", views.prefer, name="prefer"),
    path("members/wrap/", views.wrap, name="wrap"),
]
