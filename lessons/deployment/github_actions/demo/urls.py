from django.urls import path

from . import views

app_name = "github_actions"

urlpatterns = [
    path("", views.workflow, name="workflow"),
    path("files/", views.files, name="files"),
    path("files/original/", views.restore, name="restore"),
    path("files/<path:path>/", views.file, name="file"),
    path("pull-request/", views.pull_request, name="pull_request"),
    path("runs/", views.runs, name="runs"),
    path("runs/push/", views.push, name="push"),
    path("runs/dispatch/", views.dispatch, name="dispatch"),
    path("runs/<int:number>/", views.run, name="run"),
    path("runs/<int:number>/panel/", views.panel, name="panel"),
]
