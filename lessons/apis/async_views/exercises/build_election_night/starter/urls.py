from django.urls import path
from polls import views

urlpatterns = [path("results/", views.results, name="results")]
