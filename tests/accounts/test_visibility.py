"""What each reader sees of everything there is: two merchants, two stores of one, and all that hangs on them."""

import pytest

from payments.models import Payment
from portal.accounts.models import Membership, User
from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import COMMAND
from portal.audit.models import Entry
from portal.roles import Right, Role
from terminals.models import Merchant, PointOfSale, Store, Terminal
from tests.payments.factories import new_payment, new_pos, new_store
from tests.people import hire

STORES = ("Aarhus", "Odense", "Kolding")
EVERYTHING = {
    "merchants": ["BAGER7", "KINO1"],
    "stores": sorted(STORES),
    "terminals": sorted(STORES),
    "points of sale": sorted(STORES),
    "payments": sorted(STORES),
    "people": ["at-aarhus", "at-bager", "at-both", "at-odense", "nowhere", "whole"],
    "log": ["BAGER7", "KINO1", "nobody's"],
}
NOTHING = {kind: [] for kind in EVERYTHING}
OF_STORES = ("stores", "terminals", "points of sale", "payments")
AARHUS = {kind: ["Aarhus"] for kind in OF_STORES}
OF_KINO = {kind: ["Aarhus", "Odense"] for kind in OF_STORES}


@pytest.fixture
def company(db):
    """KINO1 in Aarhus and Odense, BAGER7 in Kolding; each with a till, a payment, people and a log."""
    stores = {}
    for name, bio_code, vat_number in (
        ("Aarhus", "KINO1", "DK12345678"),
        ("Odense", "KINO1", "DK12345678"),
        ("Kolding", "BAGER7", "DK87654321"),
    ):
        pos = new_pos(bio_code, vat_number)
        Store.objects.filter(pk=pos.terminal.store_id).update(name=name)
        Terminal.objects.filter(pk=pos.terminal_id).update(name=name)
        PointOfSale.objects.filter(pk=pos.pk).update(name=name)
        new_payment(pos, order_id=name)
        stores[name] = Store.objects.get(pk=pos.terminal.store_id)
    kino, bager = Merchant.objects.get(bio_code="KINO1"), Merchant.objects.get(bio_code="BAGER7")
    for name, merchant, role, limits in (
        ("whole", kino, Role.ADMINISTRATOR, None),
        ("at-aarhus", kino, Role.CLERK, [stores["Aarhus"]]),
        ("at-odense", kino, Role.CLERK, [stores["Odense"]]),
        ("at-both", kino, Role.APPROVER, [stores["Aarhus"], stores["Odense"]]),
        ("nowhere", kino, Role.CLERK, []),
        ("at-bager", bager, Role.AUDITOR, None),
    ):
        hire(f"{name}@desk.example", merchant, role, stores=limits)
    for merchant_id, name in ((kino.pk, "KINO1"), (bager.pk, "BAGER7"), (None, "nobody's")):
        audit.record(Action.MERCHANT_CHANGED, by=COMMAND, on=kino, merchant_id=merchant_id, whose=name)
    return {"kino": kino, "bager": bager, **stores}


def _reader(*memberships, is_platform=False):
    """Somebody new: (merchant, role, stores) for each role, read afresh as at the next request."""
    user = User.objects.create(email="reader@desk.example", is_platform_administrator=is_platform)
    for merchant, role, stores in memberships:
        membership = Membership.objects.create(user=user, merchant=merchant, role=role, all_stores=stores is None)
        membership.stores.set(stores or [])
    return User.objects.get(pk=user.pk)


def _seen(user):
    names = Membership.objects.visible_to(user).exclude(user=user).values_list("user__email", flat=True)
    return {
        "merchants": sorted(each.bio_code for each in Merchant.objects.visible_to(user)),
        "stores": sorted(each.name for each in Store.objects.visible_to(user)),
        "terminals": sorted(each.name for each in Terminal.objects.visible_to(user)),
        "points of sale": sorted(each.name for each in PointOfSale.objects.visible_to(user)),
        "payments": sorted(each.order_id for each in Payment.objects.visible_to(user)),
        "people": sorted(email.partition("@")[0] for email in names),
        "log": sorted(each.details["whose"] for each in Entry.objects.visible_to(user).order_by("pk")),
    }


def test_a_platform_administrator_sees_everything(company):
    reader = _reader(is_platform=True)

    assert _seen(reader) == EVERYTHING


def test_somebody_without_a_role_sees_nothing(company):
    reader = _reader()

    assert _seen(reader) == NOTHING


@pytest.mark.parametrize("role", Role)
def test_a_role_for_all_stores_sees_all_of_its_merchant_and_nothing_of_another(role, company):
    reader = _reader((company["kino"], role, None))

    people = [name for name in EVERYTHING["people"] if name != "at-bager"]
    log = ["KINO1"] if role in {Role.ADMINISTRATOR, Role.AUDITOR} else []
    assert _seen(reader) == {**OF_KINO, "merchants": ["KINO1"], "people": people, "log": log}


@pytest.mark.parametrize("role", Role)
def test_a_role_for_one_store_sees_that_store_and_those_who_work_there(role, company):
    reader = _reader((company["kino"], role, [company["Aarhus"]]))

    assert _seen(reader) == {**AARHUS, "merchants": ["KINO1"], "people": ["at-aarhus", "at-both"], "log": []}


@pytest.mark.parametrize("role", Role)
def test_a_role_for_no_store_at_all_sees_the_merchants_name_and_nothing_else(role, company):
    reader = _reader((company["kino"], role, []))

    assert _seen(reader) == {**NOTHING, "merchants": ["KINO1"]}


def test_stores_that_are_listed_do_not_narrow_a_role_for_all(company):
    reader = _reader((company["kino"], Role.AUDITOR, None))
    reader.memberships.get().stores.set([company["Aarhus"]])

    assert {kind: _seen(reader)[kind] for kind in OF_STORES} == OF_KINO


def test_a_store_that_comes_later_belongs_to_a_role_for_all_and_to_no_other(company):
    whole, limited = User.objects.get(email="whole@desk.example"), User.objects.get(email="at-both@desk.example")
    new_store(company["kino"], "Vejle")

    assert [sorted(each.name for each in Store.objects.visible_to(user)) for user in (whole, limited)] == [
        ["Aarhus", "Odense", "Vejle"],
        ["Aarhus", "Odense"],
    ]


def test_roles_at_two_merchants_add_up_and_keep_their_limits(company):
    reader = _reader((company["kino"], Role.ADMINISTRATOR, [company["Aarhus"]]), (company["bager"], Role.AUDITOR, None))

    assert _seen(reader) == {
        "merchants": ["BAGER7", "KINO1"],
        **{kind: ["Aarhus", "Kolding"] for kind in OF_STORES},
        "people": ["at-aarhus", "at-bager", "at-both"],
        "log": ["BAGER7"],
    }
    assert [reader.holds(Right.READ_AUDIT_LOG, company[name]) for name in ("kino", "bager")] == [False, True]
    assert [reader.holds(Right.MANAGE_PEOPLE, company[name]) for name in ("kino", "bager")] == [True, False]


def test_somebody_who_works_in_two_of_the_readers_stores_is_listed_once(company):
    reader = _reader((company["kino"], Role.ADMINISTRATOR, [company["Aarhus"], company["Odense"]]))

    found = Membership.objects.visible_to(reader).for_merchant(company["kino"])

    assert [each.user.email for each in found].count("at-both@desk.example") == 1


@pytest.mark.parametrize("stores", [None, ["Aarhus"], ["Aarhus", "Odense"], []], ids=["all", "one", "two", "none"])
def test_what_a_membership_grants_is_the_same_read_alone_or_with_all_others(stores, company):
    named = None if stores is None else [company[name] for name in stores]
    reader = _reader((company["kino"], Role.CLERK, named), (company["bager"], Role.AUDITOR, None))

    grants = reader.scope.grants

    assert {each.merchant_id: each.grant for each in reader.memberships.all()} == grants
    assert grants[company["kino"].pk].stores == (None if named is None else {store.pk for store in named})


def test_what_a_reader_may_do_is_asked_of_the_database_once(company, django_assert_num_queries):
    reader = _reader((company["kino"], Role.CLERK, [company["Aarhus"], company["Odense"]]))

    with django_assert_num_queries(1):
        answers = [reader.holds(right, company["kino"]) for right in Right]

    assert answers.count(True) == 4


def test_people_are_written_as_they_are_called(company):
    membership = Membership.objects.get(user__email="at-aarhus@desk.example")

    assert (str(membership), str(membership.user)) == (
        "at-aarhus@desk.example (Clerk)",
        "At-Aarhus <at-aarhus@desk.example>",
    )


def test_an_account_is_found_by_its_address_in_any_letter_case(company):
    found = User.objects.get_by_natural_key("AT-Aarhus@DESK.example")

    assert found.email == "at-aarhus@desk.example"
