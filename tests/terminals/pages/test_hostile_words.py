"""Names, whoever chose them, are words on a page and never anything more."""

import pytest

from payments.models import Payment
from terminals.models import Merchant, PointOfSale, Store, Synchronisation, Terminal
from tests.pages import all_of, filled, one, said, toasts, words

HOSTILE = "\"><img src=x onerror=a>'{{7*7}}{%x%}"


@pytest.fixture
def hostile(till, pos):
    """A shop in which everything that has a name has a hostile one, with a payment going on."""
    till.start()
    Merchant.objects.filter(pk=pos.terminal.merchant_id).update(name=HOSTILE)
    Store.objects.update(name=HOSTILE, street=HOSTILE, city=HOSTILE, brand_name=HOSTILE)
    Terminal.objects.update(name=HOSTILE)
    PointOfSale.objects.update(name=HOSTILE, drift={HOSTILE: HOSTILE})
    Payment.objects.update(order_id=HOSTILE)
    return pos.terminal


@pytest.fixture(autouse=True)
def _everybody_may_go_everywhere(one_factor):
    """The pages of every role are hostile enough for the platform's own people."""


PAGES = [
    "/merchants/",
    "",
    "terminals/",
    "terminals/?q=%22%3E%3Cimg",
    "terminals/add/",
    "terminals/labels/",
    "terminals/{terminal}/",
    "terminals/{terminal}/change/",
    "terminals/{terminal}/register/",
    "terminals/{terminal}/delete/",
    "terminals/{terminal}/check-in/",
    "stores/",
    "stores/{store}/",
    "merchant/",
    "merchant/details/",
    "merchant/disable/",
    "merchant/enable/",
    "token/",
    "audit/",
]


def test_hostile_names_are_shown_as_they_are(platform, hostile):
    pages = {each: platform.get(each.format(terminal=hostile.pk, store=hostile.store_id)) for each in PAGES}

    shown = {name: (page.status_code, HOSTILE in words(one(page, "body"))) for name, page in pages.items()}
    elements = [(name, each) for name, page in pages.items() for each in all_of(page, "*")]
    assert shown == dict.fromkeys(PAGES, (200, True))
    assert [name for name, each in elements if each.get("src") == "x" or "onerror" in each.attrib] == []


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("terminals/{terminal}/delete/", {}),
        ("terminals/{terminal}/compare/", {}),
        ("merchant/disable/", {}),
        ("/merchants/new/", {"name": HOSTILE, "bio_code": HOSTILE, "vat_number": "DK1", "currencies": HOSTILE}),
        ("terminals/add/", {"name": HOSTILE, "terminal_id": HOSTILE, "store": HOSTILE}),
        ("token/x/revoke/", {"reason": HOSTILE}),
    ],
)
def test_hostile_answers_are_shown_as_they_are(platform, hostile, path, fields):
    answer = platform.post(path.format(terminal=hostile.pk), **fields)

    page = platform.browser.get(answer["Location"]) if answer.status_code == 302 else answer
    assert page.status_code in {200, 404, 422}
    assert [each for each in all_of(page, "img") if each.get("src") == "x"] == []


def test_what_is_said_after_a_deed_names_things_as_they_are(administrator, hostile):
    Payment.objects.update(state="CancelledByClient")

    act = f"terminals/{hostile.pk}/delete/"
    administrator.post(act, **filled(administrator.get(act)))

    assert toasts(administrator.get(f"terminals/{hostile.pk}/")) == [f"Deleted the point of sale of {HOSTILE}."]


def test_a_terminal_may_bear_a_hostile_name_that_mobilepay_takes(administrator, new_till):
    terminal = Terminal.objects.get(terminal_id=new_till.terminal_id)
    fields = filled(administrator.get(f"terminals/{terminal.pk}/change/"), name=HOSTILE)

    answer = administrator.post(f"terminals/{terminal.pk}/change/", **fields)

    page = administrator.browser.get(answer["Location"])
    assert (toasts(page), said(page, "h1")) == ([f"Saved {HOSTILE}."], [HOSTILE])


def test_a_hostile_problem_of_a_synchronisation_is_shown_as_it_is(administrator, merchants):
    Synchronisation.objects.create(merchant=merchants["KINO1"], actor="anna", state="failed", problem=HOSTILE)

    page = administrator.get("stores/")

    assert said(page, "div[@id='stores']/div[@role='status']//p")[0].endswith(f"failed. {HOSTILE}")
    assert all_of(page, "img") == []
