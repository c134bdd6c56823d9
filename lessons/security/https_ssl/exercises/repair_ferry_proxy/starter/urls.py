from django.urls import path

from ferry import views

urlpatterns = [
    path("", views.home, name="home"),
    path("book/", views.book, name="book"),
    path("reset/", views.reset, name="reset"),
    path("livez", views.livez, name="livez"),
]
