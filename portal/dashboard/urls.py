from django.urls import path

from portal.dashboard import finding, views

app_name = "dashboard"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("find/", finding.find, name="find"),
]
