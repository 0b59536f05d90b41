from django.urls import path

from portal.accounts import views

app_name = "people"
urlpatterns = [
    path("", views.listing, name="list"),
    path("invite/", views.invite, name="invite"),
    path("<int:pk>/change/", views.change, name="change"),
    path("<int:pk>/remove/", views.remove, name="remove"),
    path("<int:pk>/remind/", views.remind, name="remind"),
    path("<int:pk>/second-factor/", views.remove_second_factor, name="remove-second-factor"),
]
