from django.urls import path

from sandbox.demos.stage import views, xray

app_name = "stage"
urlpatterns = [
    path("", views.stage, name="stage"),
    path("state", views.state, name="state"),
    path("events", views.events, name="events"),
    path("reset", views.reset, name="reset"),
    path("xray/<slug:trace>/queries/<int:index>/plan", xray.plan, name="plan"),
    path("xray/<slug:trace>/<slug:kind>/<int:index>/source", xray.source, name="source"),
    path("mail/", views.mail, name="mail"),
    path("mail/<slug:letter>/", views.read_mail, name="read"),
    path("mail/<slug:letter>/html", views.mail_html, name="html"),
]
