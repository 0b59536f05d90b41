"""What the portal refuses is a line of the log, with no traceback; what goes wrong with it has one."""

from django.test import Client
import pytest

from tests.audit.log_lines import logged, members, written
from tests.payments.factories import new_payment


def of_django(lines):
    return [line for line in lines if line["logger"].startswith("django.")]


@pytest.mark.parametrize("host", ["evil.example", "x" * 5000, "a\u202eb"])
def test_a_host_that_is_not_ours_leaves_a_short_line(host, db):
    with logged() as lines:
        response = Client(raise_request_exception=False).get("/accounts/login/", headers={"Host": host})

    assert response.status_code == 400
    [line] = of_django(lines)
    assert (line["level"], line["logger"], line["status_code"]) == ("WARNING", "django.security.DisallowedHost", 400)
    assert line["message"].startswith("Invalid HTTP_HOST header: '")
    assert (len(line["message"]) <= 300, "exc_info" in line) == (True, False)
    assert len(line["request_id"]) == 36


def test_a_missing_right_leaves_a_line(clerk):
    with logged() as lines:
        response = clerk.get("people/invite/")

    assert response.status_code == 403
    [line] = of_django(lines)
    assert members([line], "level", "message", "exc_info") == [
        ("WARNING", "Forbidden (Permission denied): /merchants/<int:merchant_id>/people/invite/", None)
    ]


def test_a_form_from_elsewhere_and_an_address_that_does_not_exist_leave_a_line_each(db):
    with logged() as lines:
        Client(enforce_csrf_checks=True).post("/accounts/login/")
        Client().get("/no/such/page")

    assert members(of_django(lines), "level", "logger", "exc_info") == [
        ("WARNING", "django.security.csrf", None),
        ("WARNING", "django.request", None),
    ]


def test_far_too_many_fields_leave_a_line(db, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5

    with logged() as lines:
        Client().post("/accounts/login/", {f"field-{number}": "" for number in range(6)})

    assert members(of_django(lines), "level", "logger", "exc_info") == [
        ("WARNING", "django.security.TooManyFieldsSent", None)
    ]


def test_a_fault_of_ours_keeps_its_traceback(clerk, pos, settings):
    payment = new_payment(pos, customer_token="secret")
    settings.ENCRYPTION_KEYS = ["another-key-than-the-one-that-wrote"]

    with logged() as lines:
        clerk.get(f"payments/{payment.pk}/")

    [line] = of_django(lines)
    assert (line["level"], "InvalidToken" in line["exc_info"]) == ("ERROR", True)


def test_a_refusal_is_one_line_of_text(clerk):
    with written() as text:
        clerk.get("people/invite/")

    assert (text.getvalue().count("\n"), "Traceback" in text.getvalue()) == (1, False)
