"""What a browser may keep: nothing that says something about anybody."""

import pytest

from tests.accounts.visitors import Visitor

NOTHING = "no-store, private"


@pytest.mark.parametrize("path", ["", "payments/", "people/", "people/invite/", "/accounts/2fa/", "/no/such/page"])
def test_a_page_is_kept_by_nobody(path, administrator):
    assert administrator.get(path).headers["Cache-Control"] == NOTHING


def test_a_part_a_file_and_a_refusal_are_kept_by_nobody(administrator, clerk):
    file = administrator.get("audit/export.csv")
    b"".join(file.streaming_content)

    answers = [administrator.part("payments/", "payment-table"), file, clerk.get("people/"), clerk.post("payments/")]

    assert [answer.headers["Cache-Control"] for answer in answers] == [NOTHING] * 4


def test_the_door_is_kept_by_nobody(clerk):
    visitor = Visitor(clerk.user)

    answers = [visitor.get("/"), visitor.get("/accounts/login/"), visitor.signs_in("wrong"), visitor.signs_in()]

    assert [answer.headers["Cache-Control"] for answer in answers] == [NOTHING] * 4


def test_styles_and_scripts_may_be_kept(clerk):
    response = clerk.browser.get("/static/portal/js/portal.js")
    b"".join(response.streaming_content)
    response.close()

    assert (response.status_code, response.headers["Cache-Control"] != NOTHING) == (200, True)


def test_an_answer_to_a_till_is_none_of_its_business(till):
    assert "private" not in till.get("manage/stores").headers.get("Cache-Control", "")
