"""The access token's page: created and shown once, used by whom, revoked."""

from datetime import timedelta

import pytest

from portal import clock
from portal.audit.models import Entry
from terminals.models import AccessToken
from tests.pages import all_of, buttons, errors, one, said, table, toasts, words
from tests.places import limited_to
from tests.shop import Till
from tests.tillapi.raw_calls import call, rows

EXISTS = "The merchant has an access token already. Reset it with the previous one instead."


@pytest.fixture
def kino(merchants):
    return merchants["KINO1"]


def shown(page):
    """The token that stands on the page, whole."""
    [code] = all_of(page, "div[@class='secret']//code")
    assert words(code) == code.get("title") == one(page, "div[@class='secret']//button").get("data-copy")
    return words(code)


def works(token):
    return call("GET", "manage/stores", token=token).status == 200


def unmoved():
    stored = rows()
    return stored["terminals_accesstoken"], stored["terminals_merchant"], stored["audit_entry"]


def entries():
    found = Entry.objects.filter(action__startswith="token:", actor_kind="person").order_by("pk")
    return list(found.values_list("action", "actor", "details"))


def states(page):
    """Each token's lookup id and state."""
    return [row[:2] for row in table(page) if len(row) == 5]


def test_without_a_token_the_page_says_how_to_get_one(administrator, kino):
    page = administrator.get("token/")

    assert said(page, "div[@class='top']/span") == ["Live", "None"]
    assert buttons(page) == ["Open the enrolment window…", "Create…"]
    assert said(page, "main//div[@class='notice']") == [
        (
            "No till can call now. Create a token and carry it to the tills, or open the enrolment window for a "
            "quarter of an hour and let a till ask for it."
        )
    ]
    assert said(page, "p", "empty") == ["There never was one.", "No till has sold anything yet."]


def test_a_token_is_created_shown_and_works(administrator, kino):
    question = administrator.get("token/create/")

    page = administrator.post("token/create/")

    token = shown(page)
    assert said(question, "h1") == ["Create an access token?"]
    assert (page.status_code, said(page, "h1"), works(token)) == (200, ["The new access token"], True)
    assert one(page, "a[@class='button main']").get("href") == administrator.url("token/")
    assert entries() == [("token:issued", "anna@kino.example", {})]
    assert states(administrator.get("token/")) == [[token.split("_")[1], "Current"]]


def test_in_a_dialog_the_token_is_shown_too(administrator, kino):
    page = administrator.send("token/create/")

    assert (page.status_code, b"<html" in page.content) == (200, False)
    assert one(page, "div[@id='dialog-content']") is not None
    assert works(shown(page))


@pytest.mark.parametrize("act", ["create/", "reset/"])
def test_a_token_is_shown_this_once_and_stored_nowhere(administrator, platform, kino, caplog, act):
    page = administrator.send(f"token/{act}", reason="stolen", seen=_seen(administrator, act))
    token = shown(page)

    secret = token.split("_")[2]
    later = ["token/", "token/create/", "token/reset/", "merchant/", "audit/", "people/", "", "/audit/"]
    pages = [person.get(path).content.decode() for person in (administrator, platform) for path in later]
    stored = [repr(rows()), repr(administrator.browser.session.items()), repr(administrator.browser.cookies)]
    assert [text for text in (*pages, *stored, caplog.text) if secret in text] == []
    assert token.split("_")[1] in pages[0]
    assert "no-store" in page["Cache-Control"]


def _seen(person, act):
    return one(person.get(f"token/{act}"), "input[@name='seen']").get("value") if act == "reset/" else ""


@pytest.mark.parametrize("act", ["token/create/", "token/reset/"])
def test_a_page_that_may_show_a_token_is_kept_by_no_browser(administrator, kino, act):
    assert "no-store" in administrator.get(act)["Cache-Control"]


def test_a_merchant_gets_no_second_token(administrator, till, kino):
    before = unmoved()

    page = administrator.send("token/create/")

    assert (page.status_code, errors(page)) == (422, [EXISTS])
    assert (unmoved(), works(till.token)) == (before, True)


def test_a_form_that_is_sent_twice_creates_one_token(administrator, kino):
    token = shown(administrator.send("token/create/"))
    second = administrator.send("token/create/")

    assert (second.status_code, errors(second), works(token)) == (422, [EXISTS], True)
    assert AccessToken.objects.count() == 1


def test_a_question_alone_creates_resets_and_revokes_nothing(administrator, till, kino):
    lookup_id, before = till.token.split("_")[1], unmoved()

    pages = [administrator.get(f"token/{act}") for act in ("create/", "reset/", f"{lookup_id}/revoke/")]

    assert [page.status_code for page in pages] == [200] * 3
    assert unmoved() == before


def test_a_token_is_revoked_with_a_reason_and_locks_its_tills_out(administrator, till, kino):
    lookup_id = till.token.split("_")[1]
    question = administrator.get(f"token/{lookup_id}/revoke/")

    answer = administrator.post(f"token/{lookup_id}/revoke/", reason="the till was stolen")

    page = administrator.browser.get(answer["Location"])
    assert said(question, "h1") == [f"Revoke the access token {lookup_id}?"]
    assert toasts(page) == [f"Revoked the access token {lookup_id}."]
    assert (works(till.token), entries()) == (
        False,
        [("token:revoked", "anna@kino.example", {"reason": "the till was stolen"})],
    )
    assert [(name, state.split()[0]) for name, state in states(page)] == [(lookup_id, "Revoked")]
    assert buttons(page) == ["Open the enrolment window…", "Create…"]


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("", "This field is required."),
        ("  ", "This field is required."),
        ("ok", "Ensure this value has at least 3 characters (it has 2)."),
        ("x" * 201, "Ensure this value has at most 200 characters (it has 201)."),
        ("a\x00b", "Ensure this value has at least 3 characters (it has 2)."),
    ],
)
@pytest.mark.parametrize("act", ["revoke", "reset"])
def test_without_a_reason_that_can_be_kept_a_token_stays(administrator, till, kino, act, reason, message):
    path = "token/reset/" if act == "reset" else f"token/{till.token.split('_')[1]}/revoke/"
    seen = _seen(administrator, "reset/")
    before = unmoved()

    page = administrator.send(path, reason=reason, seen=seen)

    assert (page.status_code, errors(page)) == (422, [message])
    assert (unmoved(), works(till.token)) == (before, True)


def test_revoking_twice_is_revoking_once(administrator, till, kino):
    path = f"token/{till.token.split('_')[1]}/revoke/"
    administrator.post(path, reason="stolen")
    before = unmoved()

    administrator.post(path, reason="stolen again")

    assert unmoved() == before


def test_a_token_of_somebody_else_does_not_exist(administrator, stranger, merchants):
    lookup_id, before = stranger.token.split("_")[1], unmoved()

    answers = [
        administrator.post(f"token/{name}/revoke/", reason="mine now")
        for name in (lookup_id, "nobody", "%00", "x" * 300)
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert (unmoved(), works(stranger.token)) == (before, True)


def test_every_state_of_a_token_has_its_word(administrator, kino, time_machine):
    time_machine.move_to(clock.now(), tick=False)
    now = clock.now()
    for name, fields in {
        "revoked": {"revoked_at": now},
        "ended": {"expires_at": now - timedelta(hours=1)},
        "overlaps": {"expires_at": now + timedelta(hours=1)},
        "current": {},
    }.items():
        AccessToken.objects.create(merchant=kino, lookup_id=name, digest=b"", **fields)

    page = administrator.get("token/")

    assert [(name, state.split()[0]) for name, state in states(page)] == [
        ("current", "Current"),
        ("overlaps", "Overlaps"),
        ("ended", "Ended"),
        ("revoked", "Revoked"),
    ]
    assert buttons(page) == ["Reset…", "Revoke…", "Revoke…"]


def test_the_page_shows_the_newest_ten(administrator, kino):
    for number in range(12):
        AccessToken.objects.create(merchant=kino, lookup_id=f"token-{number}", digest=b"", revoked_at=clock.now())

    assert [name for name, _ in states(administrator.get("token/"))] == [
        f"token-{number}" for number in range(11, 1, -1)
    ]


def test_who_uses_which_token_and_who_still_has_an_old_one(administrator, till, neighbour, kino, later):
    payment_id = till.start()["paymentId"]
    later(minutes=1)
    old_form = f"bioCode=KINO1&accessToken={till.token}&orderId=order-2&amount=1.00&terminalId={neighbour.terminal_id}"
    call("GET", "payment/start", query=old_form)
    later(minutes=1)
    before = administrator.get("token/")
    administrator.post(f"payments/{payment_id}/cancel/")
    token = shown(administrator.send("token/reset/", reason="stolen", seen=_seen(administrator, "reset/")))
    Till(token, till.terminal_id).start("order-3")
    after = administrator.get("token/")

    old, new = (each.split("_")[1] for each in (till.token, token))
    assert uses(before) == [
        ["Kasse 1 Kino Nord Aarhus", old, "2 min ago", "POST header"],
        ["Kasse 2 Kino Nord Aarhus", old, "1 min ago", "GET query Old form"],
    ]
    assert [row[:2] for row in uses(after)] == [
        ["Kasse 2 Kino Nord Aarhus", f"{old} Old"],
        ["Kasse 1 Kino Nord Aarhus", new],
    ]
    assert said(before, "header/span", "warn") == []
    assert said(after, "header/span", "warn") == ["1 last sold with another token"]
    assert [row[3] for row in table(before) if len(row) == 5] == ["1 min ago"]


def test_asking_for_a_status_is_no_use_of_a_token(administrator, till, later):
    payment_id = till.start()["paymentId"]
    later(minutes=3)
    till.status(payment_id)

    assert [row[3] for row in table(administrator.get("token/")) if len(row) == 5] == ["3 min ago"]


def uses(page):
    """The last sale of each terminal, with its token and how it came."""
    return [row for row in table(page) if len(row) == 4]


@pytest.mark.parametrize("who", ["clerk", "approver", "auditor", "somebody in one store"])
def test_whoever_does_not_manage_the_merchant_learns_and_changes_nothing(request, one_factor, till, kino, who):
    is_lone = who == "somebody in one store"
    somebody = limited_to(kino.stores.get(), role="administrator") if is_lone else request.getfixturevalue(who)
    lookup_id, before = till.token.split("_")[1], unmoved()

    acts = ["create/", "reset/", f"{lookup_id}/revoke/", "open-enrolment/", "close-enrolment/"]
    answers = [somebody.get("token/"), *(somebody.post(f"token/{act}", reason="mine now") for act in acts)]

    assert [answer.status_code for answer in answers] == [403] * 6
    assert [answer for answer in answers if lookup_id in answer.content.decode()] == []
    assert (unmoved(), works(till.token)) == (before, True)
