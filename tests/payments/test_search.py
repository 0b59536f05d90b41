"""Whatever stands on a receipt, a page, a letter or in a log: one field finds the payment or the refund by it."""

from uuid import UUID, uuid4

from django.db import connection
import pytest

from payments.models import Payment
from payments.services import search
from portal.audit.models import Entry
from portal.web.search import Term
from refunds.models import Refund
from refunds.services import search as search_refunds
from refunds.states import State
from tests.payments.factories import new_payment, new_pos
from tests.refunds.pages.forms import row

THEIRS = "9d0c2b4e-1111-4222-8333-444455556666"
OURS = UUID("1a2b3c4d-5e6f-4a0b-8c1d-2e3f4a5b6c7d")
GIVEN_BACK = UUID("77777777-8888-4999-8aaa-bbbbccccdddd")
AT_MOBILEPAY = "55555555-6666-4777-8888-999900001111"


@pytest.fixture
def pos(db):
    return new_pos()


@pytest.fixture
def shelf(pos):
    """Two payments, one of them with a refund, and calls about each."""
    wanted = new_payment(pos, id=OURS, order_id="K1-0010234", state="Captured", remote_id=THEIRS)
    new_payment(pos, order_id="K2-0077777", state="Captured")
    row(wanted, State.CAPTURED, id=GIVEN_BACK, refund_order_id="R-0055", remote_id=AT_MOBILEPAY)
    entry = {"action": "payment:refused", "subject_kind": "payment", "subject_id": str(OURS)}
    Entry.objects.create(**entry, request_id="call-of-ours", correlation_id="trace-of-theirs")
    refused = {"action": "refund:refused", "subject_kind": "refund", "subject_id": str(GIVEN_BACK)}
    Entry.objects.create(**refused, request_id="another-call", correlation_id="another-trace")
    # Of its call no network has said anything.
    Entry.objects.create(**{**entry, "action": "payment:noted"}, request_id="a-third-call")


def found(typed, service=search, model=Payment):
    answer = service.find(model.objects.all(), typed)
    return sorted(getattr(each, "order_id", None) or each.payment.order_id for each in answer.rows), answer.is_near


EXACTLY = [
    "K1-0010234",
    "  K1-0010234\t",
    "#K1-0010234",
    "Order K1-0010234",
    "{K1-0010234}",
    "“K1-0010234”,",
    "k1-0010234",
    "K1-0010234\u200b",
    str(OURS),
    OURS.hex,
    str(OURS).upper(),
    f"{{{OURS}}}",
    "1a2b3c4d…6c7d",
    "1a2b3c4d...6c7d",
    "1a2b3c4d",
    "1a2b3c4d-5e6f",
    THEIRS,
    THEIRS.upper(),
    "call-of-ours",
    "trace-of-theirs",
]
BY_REFUND = [str(GIVEN_BACK), "R-0055", "#r-0055", AT_MOBILEPAY]


@pytest.mark.parametrize("typed", [*EXACTLY, *BY_REFUND])
def test_a_payment_is_found_by_all_its_names_and_those_of_its_refunds(shelf, typed):
    assert found(typed) == (["K1-0010234"], False)


@pytest.mark.parametrize("typed", [*EXACTLY, *BY_REFUND, "another-call", "another-trace", "77777777…dddd"])
def test_a_refund_is_found_by_all_its_names_and_those_of_its_payment(shelf, typed):
    assert found(typed, search_refunds, Refund) == (["K1-0010234"], False)


@pytest.mark.parametrize("typed", ["K1-", "k1-0", "234", "0234", "10234"])
def test_the_beginning_or_the_end_of_an_order_finds_it(shelf, typed):
    assert found(typed) == (["K1-0010234"], False)
    assert found(typed, search_refunds, Refund) == (["K1-0010234"], False)


def test_what_is_called_so_comes_before_what_only_begins_so(pos):
    for order in ("1002", "10023", "91002"):
        new_payment(pos, order_id=order, state="Captured")

    assert (found("1002"), found("100")) == ((["1002"], False), (["1002", "10023"], False))


def test_what_comes_near_is_shown_when_nothing_is_called_so(shelf):
    assert found("K1-0010299") == (["K1-0010234"], True)
    assert found("R-0059", search_refunds, Refund) == (["K1-0010234"], True)


@pytest.mark.parametrize(
    "typed", ["", "  ", "#", "{}", "K1", "nothing like it", "K1-9999999999999999", "%", "_%_", "K_-"]
)
def test_what_is_too_short_or_like_nothing_finds_nothing(shelf, typed):
    assert found(typed) == ([], False)
    assert found(typed, search_refunds, Refund) == ([], False)


@pytest.mark.parametrize("order", ["50%", "a_b", "a\\b", "#1234", "Ærø-99", "{x}-1"])
def test_signs_that_mean_something_to_a_database_are_signs_of_an_order(pos, order):
    new_payment(pos, order_id=order, state="Captured")
    new_payment(pos, order_id="50 crowns, axb, a-b", state="Captured")

    assert [found(part) for part in (order, order[:4], order[-4:])] == [([order], False)] * 3


def test_what_comes_near_shares_more_than_a_sign_or_two(pos):
    new_payment(pos, order_id="K7", state="Captured")

    assert found("K, ,4") == ([], False)


def test_an_order_may_look_like_the_id_of_a_payment(pos):
    name = str(uuid4())
    new_payment(pos, order_id=name, state="Captured")

    assert found(name) == ([name], False)


def test_a_payment_of_somebody_else_is_not_found(shelf):
    answer = search.find(Payment.objects.none(), str(OURS))

    assert (list(answer.rows), answer.is_near) == ([], False)


def test_an_order_that_changes_is_found_by_its_new_end(pos):
    payment = new_payment(pos, order_id="old-111", state="Captured")
    payment.order_id = "new-222"
    payment.save()

    assert (found("222"), found("111")) == ((["new-222"], False), ([], False))


def test_what_is_typed_is_read_once():
    term = Term.read(" #Bill 7, ")

    assert (term.typed, term.text) == ("#Bill 7,", "Bill 7")
    assert term.spellings == ["#Bill 7,", "Bill 7", "BILL 7", "bill 7"]
    assert [near.text for near in Term.read("12345678901").nearby()] == [
        "1234567890",
        "123456789",
        "12345678",
        "1234567",
        "123456",
        "12345",
    ]


def test_postgresql_looks_for_a_beginning_as_its_index_has_it(db):
    asked = Payment.objects.filter(order_id__begins="50%_").query
    [lookup] = asked.where.children

    sql, values = lookup.as_postgresql(asked.get_compiler(connection=connection), connection)

    assert (sql, values) == ('"payments_payment"."order_id" LIKE %s', ("50\\%\\_%",))
