from django.urls import path

from provider import views

urlpatterns = [path("<slug:provider>/authorize/", views.authorize, name="authorize")]
