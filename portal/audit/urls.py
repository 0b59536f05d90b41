from django.urls import path

from portal.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.listing, name="list"),
    path("export.<str:kind>", views.export, name="export"),
]
