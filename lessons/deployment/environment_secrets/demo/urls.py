from django.urls import path

from . import views

app_name = "environment_secrets"

urlpatterns = [
    path("", views.settings_page, name="settings"),
    path("error/", views.error_page, name="error"),
    path("commits/", views.commits, name="commits"),
    path("keys/", views.keys, name="keys"),
    path("keys/sign-in/", views.sign_in, name="sign_in"),
    path("keys/rotate/", views.rotate, name="rotate"),
    path("keys/customers/<int:pk>/", views.come_by, name="come_by"),
    path("keys/customers/<int:pk>/sign-in/", views.sign_in_again, name="sign_in_again"),
]
