from django.urls import path

from . import views

app_name = "celery_redis"

urlpatterns = [
    path("", views.home, name="home"),
    path("worker/", views.workers, name="workers"),
    path("beat/", views.rounds, name="rounds"),
    path("jobs/<uuid:pk>/revoke/", views.revoke, name="revoke"),
    path("jobs/<uuid:pk>/kill/", views.kill, name="kill"),
    path("<slug:kind>/", views.counter, name="counter"),
    path("<slug:kind>/live/", views.live, name="live"),
]
