from django.urls import path

from lms.progress import own_views, views

urlpatterns = [
    path("progress/receipts/", views.take_receipt, name="take_receipt"),
    path("progress/read/", views.mark_lesson_read, name="mark_lesson_read"),
    path("progress/place/", views.note_place, name="note_place"),
    path("progress/quiz/", views.answer_quiz, name="answer_quiz"),
    path("progress/note/", views.keep_note, name="keep_note"),
    path("progress/bookmark/", views.keep_bookmark, name="keep_bookmark"),
    path("progress/review/", own_views.review_questions, name="review"),
    path("progress/certificates/", own_views.issue_certificate, name="issue_certificate"),
    path("certificates/issuer.json", own_views.badge_issuer, name="badge_issuer"),
    path("certificates/achievements/<slug:name>/", own_views.badge_achievement, name="badge_achievement"),
    path("certificates/<uuid:number>/", own_views.show_certificate, name="certificate"),
    path("certificates/<uuid:number>/certificate.pdf", own_views.certificate_pdf, name="certificate_pdf"),
    path("certificates/<uuid:number>/badge.jwt", own_views.certificate_badge, name="certificate_badge"),
]
