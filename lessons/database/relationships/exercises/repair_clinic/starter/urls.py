from clinic import views
from django.urls import path

urlpatterns = [
    path("pets.json", views.pets, name="pets"),
    path("pets/<int:pk>.json", views.pet, name="pet"),
    path("pets/<int:pk>/delete/", views.delete_pet, name="delete_pet"),
    path("vets/<int:pk>/delete/", views.delete_vet, name="delete_vet"),
    path("owners/<int:pk>/delete/", views.delete_owner, name="delete_owner"),
]
