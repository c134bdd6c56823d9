from django.urls import path

from lms.discussion import report_views, views

urlpatterns = [
    path("discussion/threads/<int:pk>/", views.thread, name="thread"),
    path("discussion/threads/<int:pk>/answer/", views.mark_answer, name="mark_answer"),
    path("discussion/threads/<int:pk>/follow/", views.follow, name="follow_thread"),
    path("discussion/threads/<int:pk>/lock/", views.lock_thread, name="lock_thread"),
    path("discussion/posts/<int:pk>/edit/", views.edit_post, name="edit_post"),
    path("discussion/posts/<int:pk>/remove/", views.remove_post, name="remove_post"),
    path("discussion/posts/<int:pk>/hide/", views.hide_post, name="hide_post"),
    path("discussion/posts/<int:pk>/report/", views.complain, name="complain"),
    path("discussion/unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("discussion/<slug:lesson>/", views.discussion, name="discussion"),
    path(
        "discussion/<slug:lesson>/problems/<uuid:block>/", report_views.report_problem, name="report_problem"
    ),
    path("discussion/<slug:lesson>/<slug:exercise>/", views.discussion, name="discussion"),
    path("teach/questions/", report_views.open_questions, name="teach_questions"),
    path("teach/problems/", report_views.problems, name="teach_problems"),
    path("teach/problems/<int:pk>/close/", report_views.close_problem, name="close_problem"),
    path("teach/complaints/<int:pk>/close/", report_views.close_complaint, name="close_complaint"),
]
