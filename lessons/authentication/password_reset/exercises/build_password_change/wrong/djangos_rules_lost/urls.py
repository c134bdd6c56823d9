from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from dome import views

urlpatterns = [
    path("", views.home, name="home"),
    path("login/", LoginView.as_view(template_name="dome/login.html"), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("account/", views.account, name="account"),
    path("account/password/", views.ChangeView.as_view(), name="password_change"),
    path("watch/<str:name>/", views.watch, name="watch"),
]
