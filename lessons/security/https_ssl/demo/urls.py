from django.urls import path

from . import views

app_name = "https_ssl"

urlpatterns = [
    path("", views.workshop, name="workshop"),
    path("authority/", views.new_authority, name="new_authority"),
    path("certificates/", views.new_certificate, name="new_certificate"),
    path("handshake/", views.HandshakeView.as_view(), name="handshake"),
    path("settings/", views.SettingsView.as_view(), name="settings"),
]
