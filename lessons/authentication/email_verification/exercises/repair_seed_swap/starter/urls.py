from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from swap import confirm, views

urlpatterns = [
    path("", views.offers, name="offers"),
    path("offers/new/", views.new_offer, name="new_offer"),
    path("join/", views.join, name="join"),
    path("login/", LoginView.as_view(template_name="swap/login.html"), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("account/", views.account, name="account"),
    path("confirm/again/", confirm.again, name="again"),
    path("confirm/<str:key>/", confirm.confirm, name="confirm"),
]
