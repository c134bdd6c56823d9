from django.urls import path

from ferry import views

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("code/", views.code, name="code"),
    path("code/again/", views.again, name="again"),
    path("roster/", views.roster, name="roster"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
