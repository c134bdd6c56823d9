from django.urls import path

from . import views

app_name = "gunicorn_nginx"

urlpatterns = [
    path("", views.house, name="house"),
    path("open/", views.open_house, name="open"),
    path("close/", views.close_house, name="close"),
    path("workers/<int:pid>/", views.worker, name="worker"),
    path("gunicorn/", views.gunicorn, name="gunicorn"),
    path("look/", views.look, name="look"),
    path("bursts/", views.burst, name="burst"),
    path("slow/", views.slow_clients, name="slow"),
    path("static/", views.static_files, name="static"),
    path("reports/<int:pk>/", views.report, name="report"),
    path("logs/", views.logs, name="logs"),
    path("files/", views.files, name="files"),
]
