from django.urls import path, re_path

from terminals.views import merchants, points_of_sale, stores, terminals, tokens

app_name = "terminals"
urlpatterns = [
    path("terminals/", terminals.listing, name="list"),
    path("terminals/add/", terminals.add, name="add"),
    path("terminals/labels/", terminals.labels, name="labels"),
    path("terminals/<int:pk>/", terminals.detail, name="detail"),
    path("terminals/<int:pk>/change/", terminals.change, name="change"),
    path("terminals/<int:pk>/register/", points_of_sale.register, name="register-pos"),
    path("terminals/<int:pk>/delete/", points_of_sale.delete, name="delete-pos"),
    path("terminals/<int:pk>/compare/", points_of_sale.compare, name="compare-pos"),
    path("terminals/<int:pk>/check-in/", points_of_sale.check_in, name="check-in"),
    path("stores/", stores.listing, name="stores"),
    path("stores/synchronise/", stores.synchronise, name="synchronise"),
    path("stores/<int:pk>/", stores.detail, name="store"),
    path("merchant/", merchants.detail, name="merchant"),
    path("merchant/details/", merchants.details, name="merchant-details"),
    path("merchant/policies/", merchants.policies, name="merchant-policies"),
    path("merchant/disable/", merchants.disable, name="disable-merchant"),
    path("merchant/enable/", merchants.enable, name="enable-merchant"),
    path("token/", tokens.detail, name="token"),
    path("token/create/", tokens.create, name="create-token"),
    path("token/reset/", tokens.reset, name="reset-token"),
    re_path(r"^token/(?P<lookup_id>[0-9A-Za-z]{10})/revoke/$", tokens.revoke, name="revoke-token"),
    path("token/open-enrolment/", tokens.open_enrolment, name="open-enrolment"),
    path("token/close-enrolment/", tokens.close_enrolment, name="close-enrolment"),
]
