"""How entries read: who it was, what they are about and where that is shown, and the rest in words."""

import ast
from pathlib import Path

import pytest

from payments.models import Payment
from portal import clock
from portal.accounts.services import people
from portal.audit import details, lines
from portal.audit import services as audit
from portal.audit.actions import OF_NO_MERCHANT, Action
from portal.audit.actors import COMMAND, WORKER, Actor, ActorKind
from portal.audit.models import Entry
from portal.roles import Role
from portal.web.templatetags.portal import short
from refunds.models import Policy, Refund
from refunds.services import policy_changes
from terminals.models import AccessToken, PointOfSale, ProviderAccount, Terminal
from terminals.services import merchants as merchant_services
from tests.pages import all_of, column, said, table
from tests.payments.till_sequences import capture, reserve
from tests.refunds.scenarios import give_back

LOG = "audit/"
TILL = Actor(ActorKind.TILL, "1ZKIZWQvGl", "POST header")
ROOT = Path(__file__).parents[2]


def entry(*, kind="merchant", actor_kind="worker", actor="worker", told=None, **fields):
    facts = {"action": "merchant:changed", "subject_id": "0", "request_id": "r", **fields}
    return Entry(subject_kind=kind, actor_kind=actor_kind, actor=actor, details=told or {}, **facts)


def read(**fields):
    return [(each.title, each.words) for each in details.of(entry(**fields))]


def links(page):
    return [each.get("href") for each in all_of(page, "tbody/tr/td/a")]


@pytest.fixture
def sold(till, customer):
    payment_id = reserve(till, customer)
    capture(till, payment_id)
    return Payment.objects.get(pk=payment_id)


@pytest.mark.parametrize(
    ("by", "who", "small"),
    [
        (TILL, "A till", "token 1ZKIZWQvGl"),
        (Actor(ActorKind.PERSON, "anna@kino.example"), "anna@kino.example", "person"),
        (WORKER, "Worker", ""),
        (COMMAND, "Command line", "manage.py"),
    ],
)
def test_an_entry_says_who_it_was_and_what_kind_of_actor_that_is(platform, by, who, small):
    [shown] = lines.of([entry(actor_kind=by.kind, actor=by.name)], reader=platform.user)

    assert (shown.who, shown.by) == (who, small)


def test_a_till_is_named_by_what_it_did_something_to_and_its_token_stays_readable(auditor, till, sold):
    give_back(till, sold, amount="1.00")
    token = till.token.split("_")[1]

    page = auditor.get(LOG, actor=token)

    kinds = {row[3].partition(" ")[0] for row in table(page)}
    assert kinds == {"payment", "refund"}
    assert set(column(page, 1)) == {f"Kasse 1, Kino Nord Aarhus token {token}"}


def test_a_point_of_sale_names_its_till_too(administrator, pos):
    audit.record(Action.POS_REFUSED, by=TILL, on=pos, merchant_id=pos.terminal.merchant_id)

    page = administrator.get(LOG, action="pos:refused")

    assert column(page, 1) == ["Kasse 1, Kino Nord Aarhus token 1ZKIZWQvGl"]
    assert links(page) == [administrator.url(f"terminals/{pos.terminal_id}/")]


def test_every_kind_of_subject_leads_to_the_page_that_shows_it(administrator, till, sold):
    give_back(till, sold, amount="1.00")
    kino, person = administrator.merchant, administrator.user
    terminal, pos = Terminal.objects.get(name="Kasse 2"), PointOfSale.objects.get()
    payment, refund = sold, Refund.objects.get()
    things = [
        (payment, f"payments/{payment.pk}/"),
        (refund, f"refunds/{refund.pk}/"),
        (terminal, f"terminals/{terminal.pk}/"),
        (pos, f"terminals/{pos.terminal_id}/"),
        (kino, "merchant/"),
        (AccessToken.objects.get(merchant=kino), "token/"),
        (ProviderAccount.objects.filter(merchant=kino).first(), "merchant/"),
        (person, "people/"),
    ]
    for number, (thing, _) in enumerate(things):
        audit.record(Action.MERCHANT_CHANGED, by=COMMAND, on=thing, merchant_id=kino.pk, number=number)

    page = administrator.get(LOG, action="merchant:changed")

    shown = links(page)
    assert shown == [administrator.url(path) for _, path in reversed(things)]
    assert [administrator.get(link).status_code for link in shown] == [200] * len(things)
    assert [row[3] for row in table(page)][-2:] == [
        f"refund {short(refund.pk)}",
        f"payment {short(payment.pk)}",
    ]
    assert {row[3].rsplit(" ", 1)[-1] for row in table(page)} >= {"terminal", "merchant", "person", "sale", "token"}


def test_an_auditor_is_led_nowhere_that_is_shut_to_them(auditor, till):
    kino = auditor.merchant
    for thing in (AccessToken.objects.get(merchant=kino), auditor.user):
        audit.record(Action.MERCHANT_CHANGED, by=COMMAND, on=thing, merchant_id=kino.pk)

    page = auditor.get(LOG, action="merchant:changed")

    token = AccessToken.objects.get(merchant=kino)
    assert links(page) == [f"?subject=user+{auditor.user.pk}", f"?subject=accesstoken+{token.pk}"]
    assert len(table(auditor.get(f"{LOG}{links(page)[0]}"))) == 1


def test_what_is_gone_or_anothers_leads_to_what_the_log_has_about_it(auditor, stranger, merchants):
    theirs = Terminal.objects.get(merchant=merchants["BAGER7"])
    audit.record(Action.MERCHANT_CHANGED, by=TILL, on=theirs, merchant_id=auditor.merchant.pk)
    Entry.objects.create(
        action="merchant:changed",
        actor_kind="worker",
        actor="worker",
        merchant_id=auditor.merchant.pk,
        subject_kind="ghost",
        subject_id="7",
        request_id="r",
    )

    page = auditor.get(LOG, action="merchant:changed")

    assert links(page) == ["?subject=ghost+7", f"?subject=terminal+{theirs.pk}"]
    assert column(page, 1)[1] == "A till token 1ZKIZWQvGl"


def test_a_sign_in_leads_the_platform_to_what_else_is_known_of_the_person(platform, administrator):
    audit.record(Action.PERSON_SIGNED_IN, by=administrator.user.actor, on=administrator.user, merchant_id=None)

    page = platform.get("/audit/", action="person:signed_in")

    assert links(page) == [f"?subject=user+{administrator.user.pk}"]


def test_a_page_asks_one_question_for_each_kind_of_subject(
    administrator, till, sold, django_assert_num_queries, django_assert_max_num_queries
):
    give_back(till, sold, amount="1.00")
    administrator.get(LOG, sales="on")
    with django_assert_max_num_queries(14) as few:
        first = administrator.get(LOG, sales="on")
    for thing in (sold, Refund.objects.get(), PointOfSale.objects.get(), Terminal.objects.first()):
        for _ in range(5):
            audit.record(Action.MERCHANT_CHANGED, by=TILL, on=thing, merchant_id=sold.merchant_id)

    # One more kind of subject than before: terminals.
    with django_assert_num_queries(len(few) + 1):
        page = administrator.get(LOG, sales="on")

    assert len(table(page)) == len(table(first)) + 20


def test_details_read_in_one_order_whatever_the_database_makes_of_theirs():
    told = {"reason": "lost", "amount": "1.00 DKK", "zebra": "z", "code": "1", "apple": "a"}

    forwards, backwards = read(told=told), read(told=dict(reversed(told.items())))

    assert forwards == backwards
    assert [title for title, _ in forwards] == ["Amount", "Reason", "MobilePay's code", "Apple", "Zebra"]


@pytest.mark.parametrize(
    ("kind", "told", "shown"),
    [
        ("payment", {"to_state": "IssuedToUser"}, [("State", "On the customer's phone")]),
        (
            "payment",
            {"ours": "CancelledByClient", "theirs": "Reserved"},
            [("Our record says", "Cancelled by the shop"), ("MobilePay says otherwise", "Reserved")],
        ),
        ("payment", {"theirs": "amount 1.00 DKK"}, [("MobilePay says otherwise", "amount 1.00 DKK")]),
        ("payment", {"intent": "expire"}, [("Asked for", "Cancel it, unless the customer has approved it")]),
        ("refund", {"to_state": "WaitingForBalance"}, [("State", "Waiting for the store's balance")]),
        ("refund", {"verdict": "not_in_order"}, [("Verdict", "Not in order")]),
        (
            "refund",
            {"hints": ["One.", "Two."], "is_emergency": True},
            [("In an emergency", "yes"), ("Pointed out", "One., Two.")],
        ),
        ("pointofsale", {"state": "IssuedToUser"}, [("State", "On the customer's phone")]),
        ("merchant", {"outcome": "took_effect"}, [("Outcome", "Took effect by itself")]),
        ("merchant", {"time_zone": "Europe/Helsinki"}, [("Time zone", "Helsinki")]),
        ("merchant", {"until": "2026-01-15T12:30:00+00:00"}, [("Until", "15 Jan 2026, 12:30")]),
        ("merchant", {"question": {"state": "x", "actor": "y"}}, [("Filter", "state x, actor y")]),
        ("user", {"role": "approver", "stores": "all stores"}, [("Role", "Approver"), ("Stores", "all stores")]),
        ("user", {"factor": "totp"}, [("Second factor", "TOTP Authenticator")]),
        (
            "merchant",
            {"before": {"payment_timeout": "0:10:00"}, "after": {"payment_timeout": "1:30:00"}},
            [("Payment timeout", "10 min → 1 h 30 min")],
        ),
        (
            "merchant",
            {"before": {"token_overlap": "1 day, 0:00:00"}, "after": {"token_overlap": "0:00:00"}},
            [("Token overlap", "1 d → nothing")],
        ),
        (
            "merchant",
            {
                "currency": "DKK",
                "before": {"opens_at": "08:00:00", "day_limit_minor": None, "desk_limit_minor": 0},
                "after": {"opens_at": "07:30:00", "day_limit_minor": 100, "desk_limit_minor": 5000},
            },
            [
                ("Everybody together may ask for, a day", "no limit → 1.00\u00a0DKK"),
                ("The desk needs no approver up to", "0.00\u00a0DKK → 50.00\u00a0DKK"),
                ("Shops open at", "08:00 → 07:30"),
                ("Currency", "DKK"),
            ],
        ),
        (
            "user",
            {"role": "auditor", "stores": "all stores", "before": {"role": "clerk", "stores": "all stores"}},
            [("Role", "Clerk → Auditor"), ("Stores", "all stores")],
        ),
        (
            "payment",
            {"before": {"amount": "1.00 DKK"}, "amount": "2.00 DKK"},
            [("Amount", "1.00\u00a0DKK → 2.00\u00a0DKK")],
        ),
        ("ghost", {"to_state": "Any", "by": None, "note": "", "before": {}, "hints": []}, [("State", "Any")]),
    ],
)
def test_details_are_told_in_the_words_of_what_they_are_about(kind, told, shown):
    assert sorted(read(kind=kind, told=told)) == sorted(shown)


def test_what_changed_comes_first():
    told = {"amount": "1.00 DKK", "before": {"name": "a"}, "after": {"name": "b"}}

    assert [title for title, _ in read(told=told)] == ["Name", "Amount"]


def test_amounts_and_moments_are_written_as_the_reader_writes_them(auditor):
    kino = auditor.merchant
    told = {"amount": "1234.50 DKK", "until": "2026-07-15T12:30:00+00:00"}
    audit.record(Action.MERCHANT_CHANGED, by=COMMAND, on=kino, merchant_id=kino.pk, **told)

    danish = auditor.browser.get(auditor.url(LOG), {"action": "merchant:changed"}, headers={"Accept-Language": "da"})

    assert column(danish, 2) == ["Changed a merchant Amount: 1.234,50 DKK · Until: 15 Jul 2026, 14:30"]


def test_what_people_change_reads_as_before_and_after(administrator, platform):
    kino, chief = administrator.merchant, administrator.user
    merchant_services.switch(merchant=kino, is_active=False, reason="unpaid", by=chief.actor)
    invited = people.invite(merchant=kino, email="new@kino.example", name="New", role=Role.CLERK, stores=None, by=chief)
    people.change(membership=invited, role=Role.AUDITOR, stores=None, by=chief)
    policy = Policy.objects.current(kino, "DKK")
    policy_changes.change(merchant=kino, currency="DKK", by=chief, now=clock.now(), till_limit_minor=0)

    shown = column(administrator.get(LOG, kind="person"), 2)

    assert policy.till_limit_minor == 50_000
    assert shown == [
        "Changed the rules for refunds Tills give back by themselves up to: 500.00 DKK → 0.00 DKK · Currency: DKK",
        "Changed a person's role Role: Clerk → Auditor · Stores: all stores",
        "Invited a person Role: Clerk · Stores: all stores",
        "Changed a merchant Active: yes → no · Reason: unpaid",
    ]


def test_what_belongs_to_no_merchant_is_written_down_for_none():
    """The rule that filters go by, read from the source: each of these actions is recorded without a merchant."""
    calls = [
        (ast.unparse(call.args[0]), {each.arg: ast.unparse(each.value) for each in call.keywords})
        for app in ("payments", "portal", "refunds", "terminals")
        for path in (ROOT / app).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "audit.record"
    ]

    of_none = {action for action, given in calls if given["merchant_id"] == "None"}
    of_some = {action for action, given in calls if given["merchant_id"] != "None"}

    assert {f"Action.{action.name}" for action in OF_NO_MERCHANT} == of_none - of_some


def test_nothing_is_offered_in_a_merchants_log_that_only_the_platforms_holds(auditor, platform):
    ours = {each.get("value") for each in all_of(auditor.get(LOG), "select[@name='action']/option")}
    whole = {each.get("value") for each in all_of(platform.get("/audit/"), "select[@name='action']/option")}

    assert whole == {"", *Action.values}
    assert whole - ours == set(OF_NO_MERCHANT)
    assert said(auditor.get(LOG), "select[@name='merchant']") == []
