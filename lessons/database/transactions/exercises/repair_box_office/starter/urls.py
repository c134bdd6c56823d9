from cinema import views
from django.urls import path

urlpatterns = [
    path("book/", views.book, name="book"),
    path("cards.json", views.cards, name="cards"),
]
