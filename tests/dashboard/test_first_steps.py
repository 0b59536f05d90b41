"""What a new merchant still needs, instead of a claim that all is ready."""

import pytest

from portal import clock
from portal.audit.actors import COMMAND
from portal.roles import Role
from terminals.models import Merchant, ProviderAccount, Terminal
from terminals.services import access, points_of_sale
from tests.pages import all_of, said, words
from tests.payments.factories import new_payment
from tests.people import Person, hire


@pytest.fixture
def fresh(db):
    return Merchant.objects.create(bio_code="NEW1", name="Ny Kro", vat_number="DK99999999", currencies=["DKK"])


def steps(person):
    return [words(each) for each in all_of(person.get(""), "ol[@class='first-steps pad']/li")]


def done(person):
    return [step.removeprefix("Done ") for step in steps(person) if step.startswith("Done")]


def test_a_new_merchant_has_everything_before_it(fresh, platform):
    page = Person(platform.user, fresh).get("")

    assert [words(each) for each in all_of(page, "ol[@class='first-steps pad']/li")] == [
        "To do Import its account at the payment network",
        "To do Bring in its stores",
        "To do Add its terminals",
        "To do Register their points of sale",
        "To do Create the access token and give it to the tills",
        "To do Invite an administrator of its own",
        "To do Invite somebody who approves refunds",
        "To do Take the first payment",
    ]
    assert "there is none yet" in words(all_of(page, "a", "tile")[-1])
    assert "all are ready to sell" not in page.content.decode()


def test_each_step_is_ticked_off_when_it_is_done(administrator, merchants, new_till):
    kino = merchants["KINO1"]
    assert done(administrator) == [
        "Import its account at the payment network",
        "Bring in its stores",
        "Add its terminals",
        "Create the access token and give it to the tills",
        "Invite an administrator of its own",
    ]

    terminal = Terminal.objects.select_related("store", "merchant").get(terminal_id=new_till.terminal_id)
    pos = points_of_sale.register(terminal=terminal, by=COMMAND, now=clock.now())
    hire("asta@kino.example", kino, Role.APPROVER)
    assert [step for step in steps(administrator) if step.startswith("To do")] == ["To do Take the first payment"]

    new_payment(pos)
    assert steps(administrator) == []


def test_what_was_taken_away_is_to_do_again(administrator, merchants, new_till):
    kino = merchants["KINO1"]
    access.revoke(token=kino.tokens.get(), by=COMMAND, now=clock.now(), reason="stolen")
    ProviderAccount.objects.update(is_active=False)

    assert done(administrator) == [
        "Bring in its stores",
        "Add its terminals",
        "Invite an administrator of its own",
    ]


def test_only_who_may_do_a_step_is_led_to_it(clerk, administrator, merchants):
    links = [len(all_of(person.get(""), "ol[@class='first-steps pad']//a")) for person in (clerk, administrator)]

    assert links == [1, 4]
    assert said(clerk.get(""), "h2")[0] == "Before the first sale"
