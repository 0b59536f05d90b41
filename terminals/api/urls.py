from django.urls import path

from terminals.api import views

urlpatterns = [
    path("terminal/qrcode", views.QrCode.as_view()),
    path("manage/token", views.Token.as_view()),
    path("manage/token/reset", views.TokenReset.as_view()),
    path("manage/create", views.PosCreate.as_view()),
    path("manage/delete", views.PosDelete.as_view()),
    path("manage/terminal/information", views.TerminalInformation.as_view()),
    path("manage/stores", views.Stores.as_view()),
    path("manage/store", views.StoreInformation.as_view()),
    path("manage/checkInStatus/byposId", views.CheckInByPos.as_view()),
    path("manage/checkInStatus/byterminalId", views.CheckInByTerminal.as_view()),
]
