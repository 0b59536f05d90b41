"""The envelope, to the byte: JSON's order of keys, XML's order of elements and its namespaces."""

from xml.etree.ElementTree import Element

import pytest

from tests.shop import KINO, Customer
from tests.tillapi.raw_calls import ARRAYS, INSTANCE, MODELS, OBJECTS, as_query, call

HEAD = '<?xml version="1.0" encoding="utf-8"?>'
OPEN = f'xmlns="{MODELS}" xmlns:i="{INSTANCE}"'
NO_ERRORS = f'<errorCodes xmlns:a="{ARRAYS}"></errorCodes><errors xmlns:a="{ARRAYS}"></errors><success>true</success>'
STORE = KINO["stores"][0]["storeId"]


def _xml(till, path, accept="application/xml", **parameters):
    return call("GET", path, token=till.token, headers={"Accept": accept}, **as_query(parameters.items()))


def test_a_started_payment_in_xml(till):
    reply = _xml(till, "payment/start", orderId="order-1", amount="27.06", terminalId=till.terminal_id)

    payment_id = till.get("payments", terminalId=till.terminal_id)["paymentsIds"][0]
    expected = (
        f"{HEAD}<PaymentStartViewModel {OPEN}>{NO_ERRORS}<paymentId>{payment_id}</paymentId></PaymentStartViewModel>"
    )
    assert reply.content.decode() == expected
    assert reply.headers["Content-Type"] == "application/xml; charset=utf-8"


def test_a_refusal_in_xml_names_every_problem_and_leaves_its_member_empty(till):
    reply = _xml(till, "payment/start", "text/xml", orderId="order-1", amount="1,5")

    codes = "<a:string>parameter_invalid</a:string><a:string>parameter_missing</a:string>"
    sentences = (
        "<a:string>The parameter amount must be a plain amount with a point and at most two decimals, such as 27.06."
        "</a:string><a:string>The parameter terminalId is missing.</a:string>"
    )
    expected = (
        f'{HEAD}<PaymentStartViewModel {OPEN}><errorCodes xmlns:a="{ARRAYS}">{codes}</errorCodes>'
        f'<errors xmlns:a="{ARRAYS}">{sentences}</errors><success>false</success><paymentId i:nil="true"/>'
        "</PaymentStartViewModel>"
    )
    assert (reply.status, reply.content.decode()) == (400, expected)
    assert reply.headers["Content-Type"] == "text/xml; charset=utf-8"


def test_a_list_in_xml(till):
    reply = _xml(till, "manage/stores")

    expected = (
        f'{HEAD}<PosStoresIdsViewModel {OPEN}>{NO_ERRORS}<storesIds xmlns:a="{ARRAYS}"><a:string>{STORE}</a:string>'
        "</storesIds></PosStoresIdsViewModel>"
    )
    assert reply.content.decode() == expected


def test_two_own_members_in_xml_are_alphabetical(till):
    payment_id = till.start()["paymentId"]

    reply = _xml(till, "payment/status", paymentId=payment_id)

    expected = (
        f"{HEAD}<PosPaymentStatusViewModel {OPEN}>{NO_ERRORS}<pollDelayInMs>0</pollDelayInMs><status>Initiated</status>"
        "</PosPaymentStatusViewModel>"
    )
    assert reply.content.decode() == expected


def test_an_object_in_xml_has_alphabetical_members_in_its_own_namespace(till, customer):
    customer.checks_in()

    reply = _xml(till, "manage/checkInStatus/byterminalId", terminalId=till.terminal_id)

    root = reply.xml
    token = root.findtext(f".//{{{OBJECTS}}}customerToken")
    expected = (
        f'{HEAD}<PosCheckInStatusViewModel {OPEN}>{NO_ERRORS}<checkInStatus xmlns:b="{OBJECTS}">'
        f"<b:customerReceiptToken></b:customerReceiptToken><b:customerToken>{token}</b:customerToken>"
        f'<b:isUserCheckedIn>true</b:isUserCheckedIn><b:loyaltyIds xmlns:a="{ARRAYS}"></b:loyaltyIds>'
        "<b:pollDelayInMs>0</b:pollDelayInMs></checkInStatus></PosCheckInStatusViewModel>"
    )
    assert reply.content.decode() == expected


def test_what_is_not_known_is_nil_inside_an_object_and_lists_hold_strings(till, simulator, pos):
    nobody = _xml(till, "manage/checkInStatus/byposId", posId=str(pos.pos_id)).xml
    Customer(simulator.url, pos.beacon_id, "+4520031804").checks_in()
    member = _xml(till, "manage/checkInStatus/byposId", posId=str(pos.pos_id)).xml

    nil = {f"{{{INSTANCE}}}nil": "true"}
    assert {_name(each): each.attrib for each in nobody[3]} == {
        "customerReceiptToken": nil,
        "customerToken": nil,
        "isUserCheckedIn": {},
        "loyaltyIds": nil,
        "pollDelayInMs": {},
    }
    [loyalty_ids] = member.findall(f".//{{{OBJECTS}}}loyaltyIds")
    assert [(each.tag, each.text) for each in loyalty_ids] == [(f"{{{ARRAYS}}}string", "123456")]


@pytest.mark.parametrize(
    ("path", "root", "own", "members"),
    [
        ("terminal/qrcode", "PosQrCodeViewModel", "qrcodeImagelink", None),
        (
            "manage/terminal/information",
            "PosInformationViewModel",
            "posInformation",
            "beaconId callbackAlias merchantPosId name posId requirePaymentBeforeCheckin storeId supportedBeaconTypes",
        ),
        (
            "manage/store",
            "PosStoreInformationViewModel",
            "storeInformation",
            "brandName merchantBrandId merchantLocationId storeCity storeId storeName storeStreet storeZipCode",
        ),
        (
            "payment/details",
            "PosPaymentDetailsViewModel",
            "paymentDetails",
            """amount capturedAmount currencyCode customerReceiptToken customerToken loyaltyIds merchantPaymentLabel
            orderId partialCapturePossible paymentExpiresAt paymentId plannedCaptureDelay pollDelayInMs posId
            refundedAmount status""",
        ),
        ("payments", "PosPaymentsIdsViewModel", "paymentsIds", None),
        ("payment/id/retrieve/byterminal", "PosPaymentRetrieveViewModel", "paymentId", None),
        ("manage/create", "PosManageViewModel", "message", None),
        ("payment/cancel", "PosPaymentViewModel", "message", None),
    ],
)
def test_every_answer_has_the_contracts_root_and_members(path, root, own, members, till):
    payment_id = till.start()["paymentId"]

    parameters = {"terminalId": till.terminal_id, "storeId": STORE, "paymentId": payment_id, "orderId": "order-1"}
    tree = _xml(till, path, **parameters).xml

    assert tree.tag == f"{{{MODELS}}}{root}"
    assert [each.tag for each in tree] == [f"{{{MODELS}}}{each}" for each in ("errorCodes", "errors", "success", own)]
    if members:
        assert [each.tag for each in tree[3]] == [f"{{{OBJECTS}}}{each}" for each in members.split()]


def test_json_gives_own_members_first_then_the_verdict(till):
    payment_id = till.start()["paymentId"]

    done = call("GET", "payment/status", token=till.token, **as_query([("paymentId", payment_id)]))
    refused = call("GET", "payment/status", token=till.token)

    assert done.content == b'{"status":"Initiated","pollDelayInMs":"0","success":true,"errors":[],"errorCodes":[]}'
    assert refused.content == (
        b'{"status":null,"pollDelayInMs":null,"success":false,"errors":["The parameter paymentId is missing."],'
        b'"errorCodes":["parameter_missing"]}'
    )


@pytest.mark.parametrize("name", ["Café <&\"'> Ål\u00adborg", "Kino\u00a0Nord", "Кино", "a\tb", "line\nbreak"])
def test_a_name_from_mobilepay_comes_through_json_and_xml_unharmed(name, till, simulator, merchants):
    till.get("manage/stores")
    merchants["KINO1"].stores.update(name=name)

    in_json = till.get("manage/store", storeId=STORE)["storeInformation"]["storeName"]
    in_xml = _xml(till, "manage/store", storeId=STORE).xml.findtext(f".//{{{OBJECTS}}}storeName")

    assert (in_json, in_xml) == (name, name)


def test_what_xml_cannot_carry_is_replaced_and_the_rest_stays_readable(till, merchants):
    till.get("manage/stores")
    merchants["KINO1"].stores.update(name="a\x01b\x1bc\ufffed")

    root = _xml(till, "manage/store", storeId=STORE).xml

    assert root.findtext(f".//{{{OBJECTS}}}storeName") == "a\ufffdb\ufffdc\ufffdd"


def _name(element: Element) -> str:
    return element.tag.partition("}")[2]
