from django.urls import path
from tasks.api import TaskDetail, TaskList

urlpatterns = [
    path("api/tasks/", TaskList.as_view()),
    path("api/tasks/<int:pk>/", TaskDetail.as_view()),
]
