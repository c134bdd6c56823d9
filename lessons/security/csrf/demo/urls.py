from django.urls import path

from . import kittens, views

app_name = "csrf"

bank = [
    path("", views.home, name="home"),
    path("login/", views.SignInView.as_view(), name="login"),
    path("logout/", views.SignOutView.as_view(), name="logout"),
    path("transfer/", views.transfer, name="transfer"),
    path("api/transfer/", views.api_transfer, name="api_transfer"),
    path("pay/", views.pay, name="pay"),
    path("defences/", views.defences, name="defences"),
    path("arrivals/", views.arrivals, name="arrivals"),
    path("token/", views.token, name="token"),
]

attacker = [
    path("kittens/", kittens.kittens, name="kittens"),
    path("kittens/<slug:slug>/", kittens.attack, name="attack"),
]

urlpatterns = [*bank, *attacker]
