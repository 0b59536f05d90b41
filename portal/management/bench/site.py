"""The portal with a bare DRF view beside it: what `manage.py bench` lets granian serve."""

import os
from typing import Any

import django
from django.conf import settings
from django.urls import include, path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from rest_framework.renderers import JSONRenderer  # noqa: E402 - needs the settings
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402

from payments.models import Payment  # noqa: E402
from terminals.models import AccessToken  # noqa: E402


class BareStatus(APIView):
    """Looks the same two rows up, the obvious way, and does nothing else: no proof, no rules, no envelope."""

    authentication_classes = ()
    permission_classes = ()
    renderer_classes = (JSONRenderer,)

    def get(self, request: Request) -> Response:
        token = AccessToken.objects.get(lookup_id=request.headers["Authorization"].split("_")[1])
        payment = Payment.objects.get(pk=request.query_params["paymentId"], merchant=token.merchant_id)
        return Response({"status": payment.state, "pollDelayInMs": payment.poll_delay_ms})


urlpatterns = [
    path("bare/status", BareStatus.as_view()),
    path("", include("portal.urls")),
]

settings.ROOT_URLCONF = __name__

from portal.wsgi import PortalHandler  # noqa: E402

application: Any = PortalHandler()
