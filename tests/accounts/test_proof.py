"""Whatever gives power asks for the second factor again once five minutes have passed."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from portal import clock
from portal.accounts.models import User
from portal.roles import Role
from refunds.models import Refund
from tests.accounts.visitors import AUTHENTICATE, Visitor, code
from tests.payments.factories import new_payment
from tests.people import PASSWORD, hire
from tests.refunds.scenarios import ask, told

PASSWORD_AGAIN = "/accounts/reauthenticate/"
CODE_AGAIN = "/accounts/2fa/reauthenticate/"


@pytest.fixture(autouse=True)
def _moment(simulator, time_machine):
    time_machine.move_to(clock.now(), tick=False)


@pytest.fixture
def asked(pos, clerk):
    return ask(new_payment(pos, state="Captured"), clerk, 1000)


@pytest.fixture
def path(asked):
    return f"/merchants/{asked.merchant_id}/refunds/{asked.pk}/approve/"


@pytest.fixture
def visitor(merchants):
    """An approver without any factor, who has just signed in with the password."""
    visitor = Visitor(hire("asta@kino.example", merchants["KINO1"], Role.APPROVER).user)
    visitor.signs_in()
    return visitor


@pytest.fixture
def asta(visitor, time_machine):
    """An approver with an authenticator app, who has just signed in with it; its secret is `asta.secret`."""
    visitor.proves_it_again()
    secret, _ = visitor.adds_factor()
    asta = Visitor(User.objects.get(pk=visitor.user.pk))
    asta.secret = secret
    asta.signs_in()
    time_machine.shift(timedelta(seconds=30))
    asta.post(AUTHENTICATE, code=code(secret))
    assert asta.is_in
    return asta


def _form(page):
    """What the form on the page sends along."""
    return {name: page.context["form"][name].value() for name in page.context["form"].fields}


def _again(path):
    return f"{PASSWORD_AGAIN}?next={quote(path, safe='')}"


def _go(visitor, response):
    """Follow where an answer leads, until a page is shown; gives its address and the page."""
    address = response.url
    while (response := visitor.get(address)).status_code == 302:
        address = response.url
    return address, response


def test_a_code_at_the_door_counts_for_five_minutes(asta, path, asked, time_machine):
    time_machine.shift(timedelta(minutes=5))
    page = asta.get(path)

    approved = asta.post(path, **_form(page))

    assert (page.status_code, approved.status_code) == (200, 302)
    assert told(asked) == ["Requested", "Approved"]


def test_after_five_minutes_a_code_is_asked_for_and_leads_back(asta, path, asked, time_machine):
    time_machine.shift(timedelta(minutes=5, seconds=1))
    stale = asta.get(path)
    address, page = _go(asta, stale)
    proved = asta.post(address, code=code(asta.secret), next=path)
    back = asta.get(proved.url)

    approved = asta.post(path, **_form(back))

    assert (stale.status_code, stale.url) == (302, _again(path))
    assert (page.status_code, address) == (200, f"{CODE_AGAIN}?next={quote(path, safe='')}")
    assert (proved.status_code, proved.url, back.status_code) == (302, path, 200)
    assert (approved.status_code, told(asked)) == (302, ["Requested", "Approved"])


def test_an_approval_with_a_stale_code_is_not_done(asta, path, asked, time_machine):
    form = _form(asta.get(path))
    time_machine.shift(timedelta(minutes=5, seconds=1))

    response = asta.post(path, **form)

    assert (response.status_code, response.url) == (302, _again(path))
    assert (told(asked), Refund.objects.get().approvals) == (["Requested"], 0)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_dialog_leads_there_as_a_whole_page(method, asta, path, asked, time_machine):
    time_machine.shift(timedelta(minutes=5, seconds=1))

    response = getattr(asta.browser, method)(path, headers={"HX-Request": "true", "HX-Target": "dialog-content"})

    assert (response.status_code, response.headers["HX-Redirect"]) == (200, _again(path))
    assert (response.content, told(asked)) == (b"", ["Requested"])


def test_the_address_to_come_back_to_keeps_its_question(asta, path, time_machine):
    time_machine.shift(timedelta(minutes=6))

    response = asta.get(f"{path}?from=queue&next=/evil")

    assert response.url == _again(f"{path}?from=queue&next=/evil")


def test_a_wrong_code_opens_nothing(asta, path, asked, time_machine):
    time_machine.shift(timedelta(minutes=6))
    right = {code(asta.secret, steps=step) for step in (-1, 0, 1)}
    wrong = next(number for number in ("000000", "111111", "222222", "333333") if number not in right)

    answer = asta.post(CODE_AGAIN, code=wrong, next=path)

    assert (answer.status_code, asta.get(path).url, told(asked)) == (200, _again(path), ["Requested"])


def test_the_password_does_not_stand_for_the_code_of_somebody_who_has_an_app(asta, path, asked, time_machine):
    time_machine.shift(timedelta(minutes=6))

    asta.proves_it_again()

    assert (asta.get(path).url, told(asked)) == (_again(path), ["Requested"])


@pytest.mark.django_db(transaction=True)
def test_whoever_has_just_added_an_app_is_asked_for_its_code(visitor, path, time_machine):
    visitor.proves_it_again()
    secret, _ = visitor.adds_factor()
    before = visitor.get(path)
    time_machine.shift(timedelta(seconds=30))

    visitor.post(CODE_AGAIN, code=code(secret))

    assert (before.status_code, before.url, visitor.get(path).status_code) == (302, _again(path), 200)


def test_a_proof_in_one_browser_is_none_in_another(asta, path, time_machine):
    time_machine.shift(timedelta(minutes=6))
    other = Visitor(asta.user)
    other.signs_in()
    other.post(AUTHENTICATE, code=code(asta.secret))

    answers = [each.get(path).status_code for each in (asta, other)]

    assert answers == [302, 200]


def test_without_any_factor_the_password_counts_for_five_minutes(one_factor, visitor, path, asked, time_machine):
    time_machine.shift(timedelta(minutes=5))
    page = visitor.get(path)

    approved = visitor.post(path, **_form(page))

    assert (page.status_code, approved.status_code, told(asked)) == (200, 302, ["Requested", "Approved"])


def test_without_any_factor_the_password_is_asked_for_again_and_leads_back(
    one_factor, visitor, path, asked, time_machine
):
    time_machine.shift(timedelta(minutes=5, seconds=1))
    stale = visitor.get(path)
    address, page = _go(visitor, stale)
    wrong = visitor.proves_it_again("wrong")
    refused = visitor.get(path)
    proved = visitor.post(address, password=PASSWORD, next=path)

    opened = visitor.get(path)

    assert (stale.status_code, address, page.status_code) == (302, _again(path), 200)
    assert (wrong.status_code, refused.url) == (200, _again(path))
    assert (proved.url, opened.status_code, told(asked)) == (path, 200, ["Requested"])


def test_a_session_that_has_proved_nothing_is_asked(one_factor, asked, approver):
    approver.proves_it_again(ago=timedelta(days=1))

    response = approver.get(f"refunds/{asked.pk}/approve/")

    assert (response.status_code, response.url) == (302, _again(approver.url(f"refunds/{asked.pk}/approve/")))


def test_where_a_second_factor_is_due_it_is_added_first(visitor, path):
    response = visitor.get(path)

    assert (response.status_code, response.url) == (302, "/accounts/second-factor/")
