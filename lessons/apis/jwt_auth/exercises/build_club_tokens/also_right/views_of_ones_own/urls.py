from django.urls import path

from club import views

urlpatterns = [
    path("token/", views.SignIn.as_view()),
    path("token/refresh/", views.Refresh.as_view()),
    path("logout/", views.Logout.as_view()),
    path("logout/everywhere/", views.LogoutEverywhere.as_view()),
    path("me/", views.Me.as_view()),
]
