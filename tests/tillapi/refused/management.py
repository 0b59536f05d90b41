"""How each management call comes to be refused with each of its codes."""

from portal import clock
from portal.audit.actors import COMMAND
from terminals.models import Store
from terminals.services import access
from tests.payments.posv10_calls import be_busy
from tests.shop import Answer
from tests.tillapi.endpoints import UNKNOWN
from tests.tillapi.raw_calls import call
from tests.tillapi.refused.shop import BARE_TERMINAL, Shop, refused

AT_TERMINAL = ("terminal/qrcode", "manage/delete", "manage/terminal/information", "manage/checkInStatus/byterminalId")
REGISTER = ("POST", "/pos/v10/pointofsales")
DELETE = ("DELETE", "/pos/v10/pointofsales/[^/]+")
ASK = {
    "manage/terminal/information": ("GET", "/pos/v10/pointofsales/[^/]+"),
    "manage/checkInStatus/byposId": ("GET", "/pos/v10/pointofsales/[^/]+/checkin"),
    "manage/checkInStatus/byterminalId": ("GET", "/pos/v10/pointofsales/[^/]+/checkin"),
}
TELL = {"manage/create": REGISTER, "manage/delete": DELETE}
STORES = ("GET", "/pos/v10/stores.*")


@refused("terminal_not_found", *AT_TERMINAL, "manage/create")
def unknown_terminal(shop: Shop, path: str) -> Answer:
    return shop.call(path, terminalId=UNKNOWN)


@refused("pos_missing", *AT_TERMINAL)
def bare_terminal(shop: Shop, path: str) -> Answer:
    return shop.call(path, terminalId=BARE_TERMINAL)


@refused("pos_not_found", "manage/checkInStatus/byposId")
def unknown_pos(shop: Shop, path: str) -> Answer:
    return shop.call(path, posId=UNKNOWN)


@refused("store_not_found", "manage/store")
def unknown_store(shop: Shop, path: str) -> Answer:
    return shop.call(path)


@refused("mobilepay_unavailable", "manage/store")
def store_that_was_never_asked_about(shop: Shop, path: str) -> Answer:
    be_busy(shop.simulator, STORES)
    return shop.call(path, storeId=Store.objects.get(merchant=shop.merchant).store_id)


@refused("pos_exists", "manage/create")
def registered_terminal(shop: Shop, path: str) -> Answer:
    return shop.call(path)


@refused("payment_open", "manage/delete")
def busy_terminal(shop: Shop, path: str) -> Answer:
    shop.till.start()
    return shop.call(path)


@refused("mobilepay_refused", *TELL)
def refused_act(shop: Shop, path: str) -> Answer:
    shop.refuse(TELL[path])
    return shop.call(path, **_free(shop, path))


@refused("outcome_unknown", *TELL)
def lost_act(shop: Shop, path: str) -> Answer:
    be_busy(shop.simulator, TELL[path])
    return shop.call(path, **_free(shop, path))


@refused("mobilepay_refused", *ASK)
def refused_question(shop: Shop, path: str) -> Answer:
    shop.refuse(ASK[path])
    return shop.call(path)


@refused("mobilepay_unavailable", *ASK)
def lost_question(shop: Shop, path: str) -> Answer:
    be_busy(shop.simulator, ASK[path])
    return shop.call(path)


@refused("enrolment_closed", "manage/token")
def closed_window(_shop: Shop, path: str) -> Answer:
    return _without_proof(path)


@refused("token_exists", "manage/token")
def token_that_came_meanwhile(shop: Shop, path: str) -> Answer:
    access.revoke(token=shop.merchant.tokens.get(), by=COMMAND, now=clock.now(), reason="lost")
    until = access.open_enrolment(merchant=shop.merchant, by=COMMAND, now=clock.now())
    access.issue(merchant=shop.merchant, by=COMMAND)
    type(shop.merchant).objects.filter(pk=shop.merchant.pk).update(enrolment_open_until=until)
    return _without_proof(path)


def _free(shop: Shop, path: str) -> dict[str, str]:
    return {"terminalId": BARE_TERMINAL} if path == "manage/create" else {"terminalId": shop.till.terminal_id}


def _without_proof(path: str) -> Answer:
    reply = call("POST", path, query="bioCode=KINO1")
    return Answer(reply.status, reply.json, reply.headers)
