from django.urls import path

from tower import views

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("log/", views.log, name="log"),
    path("app/", views.app, name="app"),
    path("code/", views.code, name="code"),
    path("codes/", views.codes, name="codes"),
]
