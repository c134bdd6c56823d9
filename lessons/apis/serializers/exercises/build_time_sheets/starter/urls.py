from django.urls import path
from sheets.views import SheetDetail, SheetList

urlpatterns = [
    path("employees/<int:employee>/sheets/", SheetList.as_view()),
    path("employees/<int:employee>/sheets/<int:pk>/", SheetDetail.as_view()),
]
