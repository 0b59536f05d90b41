"""Whoever runs the portal reads first which merchants have trouble."""

from datetime import timedelta

import pytest

from portal import clock
from portal.audit.actors import COMMAND
from portal.gateway import outage
from refunds.states import State
from terminals.models import ProviderAccount
from terminals.services import access
from tests.pages import said, table, tree, words
from tests.places import new_counter, sold
from tests.refunds.pages.forms import row


@pytest.fixture
def kino(merchants):
    return merchants["KINO1"]


def troubles(page):
    sections = [each for each in tree(page).iter("section") if "apart" in each.get("class", "")]
    return [[words(cell) for cell in line.iter("td")] for each in sections for line in each.iter("tr")][1:]


def test_where_all_is_well_nothing_is_said(platform, till):
    assert troubles(platform.get("/merchants/")) == []


def test_each_trouble_is_told_with_its_merchant(platform, kino, merchants):
    counter = new_counter(kino)
    old = clock.now() - timedelta(minutes=10)
    doubt = {"state": "Reserved", "operation": "capture", "operation_minor": 2706, "attempts": 1}
    for order in ("order-1", "order-2"):
        sold(new_counter(kino), order, **doubt, operation_since=old)
    sold(counter, "order-3", contradicted_at=old)
    row(sold(counter, "order-4"), State.CAPTURED, contradicted_at=old)
    account = ProviderAccount.objects.filter(merchant=merchants["BAGER7"]).first()
    ProviderAccount.objects.filter(pk=account.pk).update(problem="The subscription key is wrong.", problem_at=old)

    assert troubles(platform.get("/merchants/")) == [
        ["Bageriet Syd", f"{account}: The subscription key is wrong."],
        [
            "Kino Nord",
            (
                "The outcome of 2 payments is not known yet. "
                "MobilePay reports 1 payment otherwise than the portal asked for it. "
                "MobilePay reports 1 refund otherwise than the portal asked for it."
            ),
        ],
    ]


def test_a_moments_doubt_is_no_trouble(platform, kino):
    doubt = {"state": "Reserved", "operation": "capture", "operation_minor": 2706, "attempts": 1}
    sold(new_counter(kino), "order-1", **doubt, operation_since=clock.now())

    assert troubles(platform.get("/merchants/")) == []


def test_a_merchant_whose_network_is_silent_or_whose_tills_are_refused_has_trouble(platform, till, kino):
    account = ProviderAccount.objects.filter(merchant=kino).first()
    outage.tell(account.key, is_out=True, network=account.provider)
    access.reset(merchant=kino, previous=None, by=COMMAND, now=clock.now(), reason="stolen")
    till.start()

    [[name, sentences]] = troubles(platform.get("/merchants/"))

    assert name == "Kino Nord"
    assert sentences.startswith("Its network has not answered since ")
    assert sentences.endswith("UTC. 1 till is refused.")


def test_nobody_else_reads_of_it_there(administrator, kino):
    sold(new_counter(kino), "order-1", contradicted_at=clock.now())

    page = administrator.get("/merchants/")

    assert (troubles(page), len(table(page))) == ([], 1)


def test_the_overview_says_who_is_refused(administrator, clerk, till, kino):
    access.reset(merchant=kino, previous=None, by=COMMAND, now=clock.now(), reason="stolen")
    till.start()

    page = administrator.get("")

    assert said(page, "div[@class='notice bad']/p") == ["1 till calls and is refused. The last try was 0 s ago."]
    assert "Tills that are refused" in said(page, "h2")
    terminal = clerk.get(f"terminals/{kino.terminals.get(terminal_id=till.terminal_id).pk}/")
    assert said(terminal, "div[@class='notice bad']/p")[0].startswith(
        "This till is refused. Its access token was replaced or revoked."
    )
