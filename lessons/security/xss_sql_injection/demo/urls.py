from django.urls import path

from . import views

app_name = "xss_sql_injection"

urlpatterns = [
    path("", views.home, name="home"),
    path("sign/", views.sign, name="sign"),
    path("switches/", views.wall_switches, name="wall_switches"),
    path("tidy/", views.tidy, name="tidy"),
    path("desk/", views.desk, name="desk"),
    path("search/", views.search_page, name="search"),
    path("search/switches/", views.search_switches, name="search_switches"),
    # What the frame shows and asks for. Its addresses are relative to its own.
    path("guestbook/", views.guestbook, name="guestbook"),
    path("guestbook/thief/", views.thief, name="thief"),
    path("guestbook/report/", views.report, name="report"),
]
