"""How pages answer: whole or in part, forms in a dialog, and what follows a deed."""

import re

import pytest

from payments.models import Payment
from terminals.models import Synchronisation
from tests.pages import one, said, toasts, tree, value_of, words
from tests.payments.factories import new_payment
from tests.tillapi.raw_calls import rows


@pytest.fixture
def payment(pos):
    return new_payment(pos, state="Reserved")


NO_ADDRESS = "This is no e-mail address. Write it like name@company.dk. Nothing was done."


def _is_whole(response):
    return response.content.lstrip().lower().startswith(b"<!doctype html>")


def _varies(response):
    return sorted(response.headers["Vary"].split(", "))


def test_a_page_is_whole_unless_htmx_asks_for_its_part(clerk):
    url = clerk.url("payments/")
    asked = {
        "a browser": {},
        "htmx for another element": {"HX-Request": "true", "HX-Target": "main"},
        "htmx for nothing": {"HX-Request": "true"},
        "somebody else for the element": {"HX-Target": "payment-table"},
        "htmx for the element": {"HX-Request": "true", "HX-Target": "payment-table"},
    }

    answers = {who: clerk.browser.get(url, headers=headers) for who, headers in asked.items()}

    assert [who for who, answer in answers.items() if not _is_whole(answer)] == ["htmx for the element"]
    assert {answer.status_code for answer in answers.values()} == {200}
    assert {tuple(_varies(answer)) for answer in answers.values()} == {("Cookie", "HX-Request", "HX-Target")}


def test_a_part_is_the_same_element_as_on_the_page(clerk, payment):
    page, part = clerk.get("payments/"), clerk.part("payments/", "payment-table")

    [root] = list(tree(part))
    assert root.get("id") == "payment-table"
    assert words(root) == words(one(page, "div[@id='payment-table']"))
    assert payment.order_id in words(root)


def test_a_part_that_the_reader_has_seen_is_not_sent_again(clerk, payment):
    first = clerk.part("payments/", "payment-table")
    again = clerk.part("payments/", "payment-table", seen=first.headers["X-Part"])
    Payment.objects.update(order_id="another")
    changed = clerk.part("payments/", "payment-table", seen=first.headers["X-Part"])

    assert [answer.status_code for answer in (first, again, changed)] == [200, 204, 200]
    assert (again.content, again.headers["X-Part"]) == (b"", first.headers["X-Part"])
    assert changed.headers["X-Part"] != first.headers["X-Part"]
    assert _varies(again) == ["Cookie", "HX-Request", "HX-Target"]


def test_a_whole_page_is_sent_however_often_it_was_seen(clerk):
    digest = clerk.part("payments/", "payment-table").headers["X-Part"]

    page = clerk.browser.get(clerk.url("payments/"), headers={"X-Seen": digest})

    assert (page.status_code, _is_whole(page), "X-Part" in page.headers) == (200, True, False)


def test_a_new_form_token_is_no_news(administrator):
    Synchronisation.objects.create(merchant=administrator.merchant, actor="anna@kino.example")
    first = administrator.part("stores/", "stores")
    again = administrator.part("stores/", "stores", seen=first.headers["X-Part"])

    assert b"csrfmiddlewaretoken" in first.content
    assert (first.status_code, again.status_code) == (200, 204)


def test_a_part_that_will_not_change_any_more_stops_asking(clerk, payment):
    path = f"payments/{payment.pk}/"
    going_on = clerk.part(path, "payment")
    Payment.objects.update(state="CancelledByUser")
    over = clerk.part(path, "payment")
    still_over = clerk.part(path, "payment", seen=over.headers["X-Part"])

    assert [answer.status_code for answer in (going_on, over, still_over)] == [200, 286, 286]
    assert "Cancelled by the customer" in words(tree(over))
    assert still_over.content == over.content
    assert clerk.get(path).status_code == 200


def test_a_form_is_shown_in_a_dialog_or_on_a_page_of_its_own(administrator, clerk):
    path = f"people/{clerk.user.memberships.get().pk}/remove/"
    page, dialog = administrator.get(path), administrator.part(path, "dialog-content")

    [content] = list(tree(dialog))
    assert (_is_whole(page), _is_whole(dialog), page.status_code, dialog.status_code) == (True, False, 200, 200)
    assert (content.get("id"), words(content)) == ("dialog-content", words(one(page, "div[@id='dialog-content']")))
    assert (one(page, "form[@class='form']").get("action"), one(page, "form[@class='form']").get("method")) == (
        administrator.url(path),
        "post",
    )
    assert said(page, "div[@id='dialog-content']//a") == ["Back"]


@pytest.mark.parametrize("how", ["post", "send"])
def test_a_refused_form_comes_back_as_unprocessable_with_what_was_typed(how, administrator):
    stored = rows()

    response = getattr(administrator, how)(
        "people/invite/", email="nora", name="Nora <New>", role="clerk", all_stores="on"
    )

    assert (response.status_code, _is_whole(response)) == (422, how == "post")
    assert (value_of(response, "email"), value_of(response, "name")) == ("nora", "Nora <New>")
    assert said(response, "span", "error") == [
        "This is no e-mail address. Write it like name@company.dk. Nothing was done."
    ]
    assert rows() == stored


def test_a_field_that_is_wrong_says_so_to_screen_readers(administrator):
    response = administrator.send("people/invite/", email="nora", name="Nora", role="clerk", all_stores="on")

    fields = {each.get("name"): each for each in tree(response).iter() if each.get("name")}
    described = fields["email"].get("aria-describedby")
    assert (fields["email"].get("aria-invalid"), fields["name"].get("aria-invalid")) == ("true", None)
    assert words(one(response, f"*[@id='{described}']")) == NO_ADDRESS


@pytest.mark.parametrize("how", ["post", "send"])
def test_after_a_deed_the_next_page_says_what_was_done_once(how, administrator, clerk):
    response = getattr(administrator, how)(f"people/{clerk.user.memberships.get().pk}/remove/")

    first, second = administrator.get("people/"), administrator.get("people/")
    assert (response.status_code, response.url, response.content) == (
        302 if how == "post" else 200,
        administrator.url("people/"),
        b"",
    )
    assert response.headers.get("HX-Redirect") == (None if how == "post" else administrator.url("people/"))
    assert (toasts(first), toasts(second)) == (["Removed Carl."], [])


@pytest.mark.parametrize("how", ["post", "send"])
def test_after_a_refused_deed_the_next_page_says_why(how, administrator, clerk):
    response = getattr(administrator, how)(f"people/{clerk.user.memberships.get().pk}/remind/")

    page = administrator.get("people/")
    assert response.headers.get("HX-Redirect" if how == "send" else "Location") == administrator.url("people/")
    assert said(page, "div[@data-toast]", "bad") == ["Carl needs no letter from you. Nothing was sent."]


@pytest.mark.parametrize(
    ("cookie", "theme"),
    [("dark", "dark"), ("light", "light"), ("", None), ("blue", None), ('"><script>', None), ("DARK", None)],
)
def test_a_page_wears_the_theme_that_its_reader_chose(cookie, theme, clerk):
    clerk.browser.cookies["theme"] = cookie

    pages = [clerk.get("payments/"), clerk.get("/no/such/page"), clerk.get("/accounts/2fa/")]

    assert [one(page, "html").get("data-theme") for page in pages] == [theme] * 3


def test_the_frame_sends_the_form_token_with_everything_that_htmx_asks(clerk):
    page = clerk.get("payments/")

    token = re.search(r'"x-csrftoken": "([^"]+)"', one(page, "body").get("hx-headers"))
    assert (len(token[1]), clerk.browser.cookies["csrftoken"].value != "") == (64, True)
