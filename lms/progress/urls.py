from django.urls import path

from lms.progress import views

urlpatterns = [
    path("receipts/", views.take_receipt, name="take_receipt"),
    path("read/", views.mark_lesson_read, name="mark_lesson_read"),
    path("place/", views.note_place, name="note_place"),
    path("quiz/", views.answer_quiz, name="answer_quiz"),
]
