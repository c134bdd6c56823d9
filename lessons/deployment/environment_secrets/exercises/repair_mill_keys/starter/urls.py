from django.urls import path

from mill import views

urlpatterns = [
    path("", views.home, name="home"),
    path("account/", views.account, name="account"),
    path("unsubscribe/<str:link>/", views.unsubscribe, name="unsubscribe"),
]
