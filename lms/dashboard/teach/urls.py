from django.urls import path

from lms.dashboard.teach import class_views, export_views, figure_views, people_views

urlpatterns = [
    path("", class_views.classes, name="teach"),
    path("classes/new/", class_views.new_class, name="teach_new_class"),
    path("classes/<int:pk>/", class_views.one_class, name="teach_class"),
    path("classes/<int:pk>/edit/", class_views.edit_class, name="teach_edit_class"),
    path("classes/<int:pk>/delete/", class_views.delete_class, name="teach_delete_class"),
    path("classes/<int:pk>/link/", class_views.change_link, name="teach_change_link"),
    path("classes/<int:pk>/teachers/", class_views.add_class_teacher, name="teach_add_teacher"),
    path(
        "classes/<int:pk>/teachers/<int:user>/remove/",
        class_views.remove_class_teacher,
        name="teach_remove_teacher",
    ),
    path(
        "classes/<int:pk>/members/<int:learner>/remove/",
        class_views.remove_member,
        name="teach_remove_member",
    ),
    path("course/", figure_views.course, name="teach_course"),
    path("tracks/<slug:track>/", figure_views.course, name="teach_track"),
    path("lessons/<slug:slug>/", figure_views.lesson, name="teach_lesson"),
    path("exercises/<slug:lesson>/<slug:slug>/", figure_views.exercise, name="teach_exercise"),
    path("learners/", people_views.learners, name="teach_learners"),
    path("learners/<int:pk>/", people_views.learner, name="teach_learner"),
    path("learners/<int:pk>/<slug:lesson>/<slug:slug>/", people_views.path, name="teach_path"),
    path("attempts/<uuid:submission_id>/", people_views.attempt, name="teach_attempt"),
    path("export/<slug:kind>.<slug:form>", export_views.export, name="teach_export"),
]
