from django.urls import path

from portal.dashboard import finding, views

app_name = "dashboard"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("find/", finding.find, name="find"),
    path("figures/", views.of_period, name="figures"),
    path("figures/export.<str:kind>", views.export, name="export"),
]
