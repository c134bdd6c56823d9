from django.urls import path

from . import views

app_name = "platforms"

urlpatterns = [
    path("", views.start, name="start"),
    path("<slug:slug>/", views.console, name="console"),
    path("<slug:slug>/config/", views.config, name="config"),
    path("<slug:slug>/deploy/", views.deploy, name="deploy"),
    path("<slug:slug>/restart/", views.restart, name="restart"),
    path("<slug:slug>/releases/<int:number>/", views.release, name="release"),
    path("<slug:slug>/releases/<int:number>/rollback/", views.rollback, name="rollback"),
    path("<slug:slug>/site/", views.site, name="site"),
    path("<slug:slug>/site/socks/", views.report, name="report"),
]
