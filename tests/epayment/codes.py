"""What the network has of callback codes, and how a till asks about its own."""

from portal.audit.actors import COMMAND
from terminals import import_file
from terminals.services import imports
from tests.shop import KINO, KINO_UNIT

CODES = "/qr/v1/merchant-callback"
ONE = f"{CODES}/.*"
STICKER = "123456789012345"
GUID_STICKER = "0F0E0D0C-0B0A-4908-8706-050403020100"


def codes(simulator, msn="123456"):
    """The ids of a unit's codes, with what they are called."""
    with simulator.epayment.present():
        return {
            each.merchant_qr_id: each.location_description for each in simulator.epayment.codes if each.unit.msn == msn
        }


def code(simulator, code_id, msn="123456"):
    with simulator.epayment.present():
        return simulator.epayment.codes.get(msn, code_id)


def manage(till, path="create"):
    if path in {"create", "delete"}:
        return till.post(f"manage/{path}", terminalId=till.terminal_id)
    return till.get(f"manage/{path}", terminalId=till.terminal_id)


def import_first_terminal(**members):
    """Have the import file say more about the first till, or about its store (`store`)."""
    store = {**KINO["stores"][0], **KINO_UNIT, **members.pop("store", {})}
    store["terminals"] = [{**store["terminals"][0], **members}]
    content = {"merchants": [{**KINO, "stores": [store]}]}
    imports.import_merchants(merchants=import_file.read(content), by=COMMAND)
