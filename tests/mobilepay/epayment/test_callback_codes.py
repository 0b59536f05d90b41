"""Points of sale as callback codes: exactly what goes over the wire, and what is made of odd answers."""

import pytest

from portal.mobilepay.epayment.callback_codes import CallbackCodes
from portal.mobilepay.errors import Reason, Rejected, Unreachable, Unreadable
from portal.mobilepay.types import PointOfSaleInfo, PointOfSaleOrder, PointOfSaleRef
from tests.mobilepay.clients import answer
from tests.mobilepay.epayment.conftest import KEY, problem
from tests.mobilepay.epayment.test_driver import BARE, sent

ROOT = "/qr/v1/merchant-callback"
CODE = "c0ffee00-0000-4000-8000-00000000abcd"
STICKER = "123456789012345"
CONTENT = "https://qr.vipps.no/28/2/05/031/abc"
WITH_BODY = BARE | {"content-type": "application/json"}
# What is no answer is asked for three times.
TRIES = 3
OWN_404 = answer(problem(status=404), status="404 Not Found")
REF = PointOfSaleRef("a-pos", CODE)
ORDER = PointOfSaleOrder("till-1", "store-1", "Kasse 1", CODE, pos_id=CODE)
STICKER_ORDER = PointOfSaleOrder("till-1", "store-1", "Kasse 1", STICKER, pos_id="a-pos", is_printed=True)


def code(code_id=CODE, **members):
    return {
        "merchantSerialNumber": "123456",
        "merchantQrId": code_id,
        "locationDescription": "Kasse 1",
        "qrImageUrl": "https://qr.vipps.no/generate/qr.svg?code=abc",
        "qrContent": CONTENT,
        **members,
    }


@pytest.fixture
def codes(wire):
    return CallbackCodes(wire)


def test_a_code_is_put_up_under_the_id_that_we_chose(script, codes):
    script.will_answer(answer())

    pos_id = codes.register(ORDER, key=KEY)

    assert (pos_id, sent(script)) == (CODE, [(f"PUT {ROOT}/{CODE}", WITH_BODY, {"locationDescription": "Kasse 1"})])


def test_an_old_sticker_is_put_up_by_its_number_and_keeps_an_id_of_ours(script, codes):
    script.will_answer(answer())

    pos_id = codes.register(STICKER_ORDER, key=KEY)

    wanted = [(f"PUT {ROOT}/mobilepay/{STICKER}", WITH_BODY, {"locationDescription": "Kasse 1"})]
    assert (pos_id, sent(script)) == ("a-pos", wanted)


@pytest.mark.parametrize(("length", "sent_length"), [(36, 36), (37, 36), (100, 36)])
@pytest.mark.parametrize("is_printed", [False, True])
def test_a_name_is_cut_to_what_it_takes(script, codes, length, sent_length, is_printed):
    script.will_answer(answer())

    codes.register(PointOfSaleOrder("till-1", "store-1", "æ" * length, CODE, CODE, is_printed), key=KEY)

    assert sent(script)[0][2] == {"locationDescription": "æ" * sent_length}


def test_an_id_is_a_part_of_the_path_and_nothing_else(script, codes):
    script.will_answer(answer())

    codes.delete(PointOfSaleRef("a-pos", "../x?y"))

    assert script.lines == [f"DELETE {ROOT}/..%2Fx%3Fy"]


@pytest.mark.parametrize("body", [{"id": STICKER}, {}, {"title": "Conflict", "traceId": "t"}])
def test_a_sticker_of_somebody_else_is_refused_for_good(script, codes, body):
    script.will_answer(answer(body, status="409 Conflict"))

    with pytest.raises(Rejected) as caught:
        codes.register(STICKER_ORDER, key=KEY)

    error = caught.value
    assert (error.reason, error.refusal.meaning) == (
        Reason.STICKER_TAKEN,
        "the sticker with this beacon id belongs to somebody else",
    )
    assert error.is_final(is_first=False) is True


@pytest.mark.parametrize("body", [b"", b"<html>Conflict</html>", [STICKER], b"null"])
def test_a_conflict_about_a_sticker_of_another_shape_is_no_answer(script, codes, body):
    script.will_answer(*[answer(body, status="409 Conflict")] * TRIES)

    with pytest.raises(Unreadable, match="HTTP 409 that is not ePayment's own"):
        codes.register(STICKER_ORDER, key=KEY)


def test_a_conflict_about_a_code_of_our_own_is_not_about_a_sticker(script, codes):
    script.will_answer(*[answer({"id": CODE}, status="409 Conflict")] * TRIES)

    with pytest.raises(Unreadable, match="HTTP 409 that is not ePayment's own"):
        codes.register(ORDER, key=KEY)


@pytest.mark.parametrize(
    ("status", "body", "error", "reason"),
    [
        ("400 Bad Request", problem(), Rejected, Reason.OTHER),
        # The QR API has no details but these.
        ("400 Bad Request", {"title": "No", "invalidParams": []}, Rejected, Reason.OTHER),
        ("403 Forbidden", {"statusCode": 403, "message": "No"}, Rejected, Reason.NOT_ALLOWED),
        ("400 Bad Request", {"title": "No"}, Unreadable, None),
        ("200 OK", b"<html>Sign in</html>", Unreadable, None),
        ("503 Service Unavailable", b"", Unreachable, None),
    ],
)
@pytest.mark.parametrize("order", [ORDER, STICKER_ORDER], ids=["code", "sticker"])
def test_a_code_that_is_not_put_up_is_told_why(script, codes, order, status, body, error, reason):
    script.will_answer(*[answer(body, status=status)] * TRIES)

    with pytest.raises(error) as caught:
        codes.register(order, key=KEY)

    assert (type(caught.value), caught.value.reason) == (error, reason)


def test_the_content_of_a_code_is_read_from_its_record(script, codes):
    script.will_answer(answer(code()))

    content = codes.qr_content(REF)

    assert (content, sent(script)) == (CONTENT, [(f"GET {ROOT}/{CODE}", BARE, None)])


@pytest.mark.parametrize("said", [b"", [], "ok", 7, {}, {"merchantQrId": "", "qrContent": ""}])
@pytest.mark.parametrize("read", [CallbackCodes.record, CallbackCodes.qr_content])
def test_what_is_no_record_of_a_code_is_not_taken_for_one(script, codes, read, said):
    script.will_answer(answer(said))

    with pytest.raises(Unreadable, match=r"^an answer (without the promised|with an empty) (merchantQrId|qrContent)"):
        read(codes, REF)


def test_a_record_says_which_code_it_is_and_what_it_is_called(script, codes):
    script.will_answer(answer(code(somethingNew=7)))

    info = codes.record(REF)

    assert info == PointOfSaleInfo(
        pos_id="a-pos",
        merchant_pos_id=None,
        store_id=None,
        name="Kasse 1",
        beacon_id=CODE,
        beacon_types=("QR",),
        require_payment_before_check_in=False,
        callback_alias=None,
    )


@pytest.mark.parametrize(
    ("told", "name"),
    [(None, None), ("", None), ("x" * 40, "x" * 36), ("Kas\u202ese", "Kasse"), (7, "7")],
)
def test_a_name_is_read_as_far_as_it_can_be_shown(script, codes, told, name):
    script.will_answer(answer(code(locationDescription=told)))

    assert codes.record(REF).name == name


@pytest.mark.parametrize(
    ("missing", "tries"),
    # The first is as it is described: one without a body.
    [(answer(status="404 Not Found"), TRIES), (answer(b"<html>", status="404 No"), TRIES), (OWN_404, 1)],
    ids=["bare", "foreign", "its own"],
)
def test_a_404_may_be_anybodys_and_the_list_decides(script, codes, missing, tries):
    script.will_answer(*[missing] * tries, answer([code("another"), code(CODE.upper())]))

    found = codes.record(REF).beacon_id

    assert (found, script.lines) == (CODE.upper(), [f"GET {ROOT}/{CODE}"] * tries + [f"GET {ROOT}"])


@pytest.mark.parametrize("listed", [[], [code("another")], [{"merchantQrId": None}, {}]], ids=["none", "other", "odd"])
def test_a_code_that_the_list_does_not_hold_either_is_not_found(script, codes, listed):
    script.will_answer(OWN_404, answer(listed))

    with pytest.raises(Rejected, match="no such code") as caught:
        codes.qr_content(REF)

    error = caught.value
    assert (error.reason, error.refusal.meaning) == (Reason.NOT_FOUND, "the sales unit has no such code")
    assert error.is_final(is_first=False) is True


def test_a_look_at_a_code_that_is_refused_is_not_a_missing_code(script, codes):
    script.will_answer(answer(problem("5070", status=403), status="403 Forbidden"))

    with pytest.raises(Rejected) as caught:
        codes.record(REF)

    assert (caught.value.reason, script.lines) == (Reason.NOT_ALLOWED, [f"GET {ROOT}/{CODE}"])


@pytest.mark.parametrize("listed", [{}, "none", [7], [[]], {"codes": []}, b""])
def test_what_is_no_list_does_not_say_that_a_code_is_missing(script, codes, listed):
    script.will_answer(OWN_404, answer(listed))

    with pytest.raises(Unreadable, match="an answer that is no list of objects"):
        codes.record(REF)


def test_a_code_is_found_in_the_list_of_all(script, codes):
    script.will_answer(answer([code("another"), code(CODE.upper())]), answer([code(STICKER)]), answer([]))

    found = [codes.find(ORDER), codes.find(STICKER_ORDER), codes.find(ORDER)]

    assert (found, sent(script)) == ([CODE, "a-pos", None], [(f"GET {ROOT}", BARE, None)] * 3)
