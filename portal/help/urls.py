from django.urls import path

from portal.help import views

app_name = "help"
urlpatterns = [
    path("", views.index, name="index"),
    path("old-gateway/", views.old_gateway, name="old-gateway"),
    path("<path:call>/", views.call, name="call"),
]
