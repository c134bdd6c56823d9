from django.urls import path

from sandbox.demos.stage import views

app_name = "stage"
urlpatterns = [
    path("", views.stage, name="stage"),
    path("state", views.state, name="state"),
    path("events", views.events, name="events"),
    path("reset", views.reset, name="reset"),
    path("mail/", views.mail, name="mail"),
    path("mail/<slug:letter>/", views.read_mail, name="read"),
    path("mail/<slug:letter>/html", views.mail_html, name="html"),
]
