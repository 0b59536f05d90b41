"""Till endpoints 7 and 24 to 35: QR code, tokens, stores, points of sale and check-ins."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from portal import clock
from portal.mobilepay.types import CheckIn, PointOfSaleInfo
from portal.tillapi.views import ChangingView, MessageOutput, ReadingView
from terminals.api import refusals, samples, serializers
from terminals.api.authentication import failures_counted
from terminals.models import PointOfSale
from terminals.services import access, check_ins, comparison, lookups, points_of_sale, qr_codes, stores
from terminals.services.access import Till


class QrCode(ReadingView):
    """A link to the terminal's QR code as PNG that needs no token and expires; end it in .svg for SVG."""

    model = "PosQrCodeViewModel"
    Input = serializers.TerminalInput
    Output = serializers.QrCodeOutput
    sample = samples.QR_CODE
    refusals = refusals.QR_CODE

    def act(self, till: Till, terminal_id: str) -> dict[str, str]:
        pos = lookups.pos_of_terminal(merchant=till.merchant, terminal_id=terminal_id)
        path = reverse("qr", args=[qr_codes.sign(content=pos.qr_content), "png"])
        return {"qrcodeImagelink": self.request.build_absolute_uri(path)}


class Token(ChangingView):
    """Create the merchant's access token, while an administrator holds the enrolment window open."""

    model = "PosManageViewModel"
    authentication_classes = ()
    Input = serializers.MerchantInput
    Output = MessageOutput
    sample = samples.NEW_TOKEN
    refusals = refusals.TOKEN

    def act(self, _till: None, bio_code: str) -> dict[str, str]:
        with failures_counted():
            return {
                "message": access.enrol(
                    bio_code=bio_code, credential_source=f"{self.request.method} none", now=clock.now()
                )
            }


class TokenReset(ChangingView):
    """Replace the access token; the previous one is the proof."""

    model = "PosManageViewModel"
    authentication_classes = ()
    Input = serializers.TokenResetInput
    Output = MessageOutput
    sample = samples.NEW_TOKEN
    refusals = refusals.TOKEN_RESET

    def act(self, _till: None, bio_code: str, previous: str) -> dict[str, str]:
        form = f"{self.request.method} reset"
        with failures_counted():
            token = access.reset_with(token=previous, bio_code=bio_code, credential_source=form, now=clock.now())
        return {"message": token}


class PosCreate(ChangingView):
    """Register the terminal as a point of sale at MobilePay."""

    model = "PosManageViewModel"
    Input = serializers.TerminalInput
    Output = serializers.PosCreatedOutput
    sample = samples.POS
    refusals = refusals.POS_CREATE

    def act(self, till: Till, terminal_id: str) -> PointOfSale:
        terminal = lookups.terminal(merchant=till.merchant, terminal_id=terminal_id)
        return points_of_sale.register(terminal=terminal, by=till.actor, now=clock.now())


class PosDelete(ChangingView):
    """Delete the terminal's point of sale at MobilePay."""

    model = "PosManageViewModel"
    Input = serializers.TerminalInput
    Output = serializers.PosDeletedOutput
    sample = samples.POS
    refusals = refusals.POS_DELETE

    def act(self, till: Till, terminal_id: str) -> PointOfSale:
        terminal = lookups.terminal(merchant=till.merchant, terminal_id=terminal_id)
        return points_of_sale.delete(terminal=terminal, by=till.actor, now=clock.now())

    def delete(self, request: Request) -> Response:
        return self.respond(request)


class TerminalInformation(ReadingView):
    """MobilePay's own record of the terminal's point of sale."""

    model = "PosInformationViewModel"
    Input = serializers.TerminalInput
    Output = serializers.PosOutput
    sample = samples.INFORMATION
    refusals = refusals.TERMINAL_INFORMATION

    def act(self, till: Till, terminal_id: str) -> dict[str, PointOfSaleInfo]:
        pos = lookups.pos_of_terminal(merchant=till.merchant, terminal_id=terminal_id)
        return {"posInformation": comparison.compare(pos=pos, by=till.actor, now=clock.now())}


class Stores(ReadingView):
    """The merchant's stores."""

    model = "PosStoresIdsViewModel"
    Output = serializers.StoresOutput
    sample = samples.STORES

    def act(self, till: Till) -> dict[str, list[str]]:
        found = stores.known(merchant=till.merchant, by=till.actor, now=clock.now())
        return {"storesIds": [store.store_id for store in found]}


class StoreInformation(ReadingView):
    """One store with its brand and address."""

    model = "PosStoreInformationViewModel"
    Input = serializers.StoreInput
    Output = serializers.StoreOutput
    sample = samples.STORE_INFORMATION
    refusals = refusals.STORE

    def act(self, till: Till, store_id: str) -> dict[str, Any]:
        now = clock.now()
        store = stores.information(merchant=till.merchant, store_id=store_id, by=till.actor, now=now)
        return {"storeInformation": store}


class CheckInByPos(ReadingView):
    """Who is checked in at a point of sale."""

    model = "PosCheckInStatusViewModel"
    Input = serializers.PointOfSaleInput
    Output = serializers.CheckInOutput
    sample = samples.CHECK_IN
    refusals = refusals.CHECK_IN_BY_POS

    def act(self, till: Till, pos_id: UUID) -> dict[str, CheckIn]:
        pos = lookups.pos(merchant=till.merchant, pos_id=pos_id)
        return {"checkInStatus": check_ins.look_up(pos=pos, now=clock.now())}


class CheckInByTerminal(ReadingView):
    """Who is checked in at a terminal."""

    model = "PosCheckInStatusViewModel"
    Input = serializers.TerminalInput
    Output = serializers.CheckInOutput
    sample = samples.CHECK_IN
    refusals = refusals.CHECK_IN_BY_TERMINAL

    def act(self, till: Till, terminal_id: str) -> dict[str, CheckIn]:
        pos = lookups.pos_of_terminal(merchant=till.merchant, terminal_id=terminal_id)
        return {"checkInStatus": check_ins.look_up(pos=pos, now=clock.now())}
