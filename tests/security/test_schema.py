"""Schemathesis asks every operation of the committed schema whatever fits it and whatever does not."""

from itertools import cycle

from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
import yaml

from portal.settings.base import BASE_DIR
from portal.wsgi import application
from tests.house.two_shops import CALLS, await_enrolment, open_shop
from tests.tillapi.endpoints import ENDPOINTS

load_all_checks()
WITHOUT_PROOF = {"manage/token", "manage/token/reset"}
# By parameter: what of one's own it may name; `None` leaves what was made up.
THINGS = {
    "terminalId": ("terminal", "prepared_terminal", "bare_terminal", "free_terminal"),
    "posId": ("pos",),
    "paymentId": ("sold", "reserved", "asked", "prepared"),
    "refundId": ("reserved_refund", "awaiting_refund"),
    "storeId": ("store",),
    "orderId": ("sold_order", "asked_order", "prepared_order", None),
}
many = hypothesis(suppress_health_check=list(HealthCheck), deadline=None)


def portal(environ, start_response):
    """What a web server serves, on the test's own connection: it would be closed with every request."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    response = application(environ, start_response)
    content = list(response)
    response.close()
    for signal in signals:
        signal.connect(close_old_connections)
    return content


def schema_with(*modes, max_examples=10):
    """The committed schema; what is made up for it is the same every time."""
    generation = GenerationConfig(
        modes=list(modes),
        max_examples=max_examples,
        deterministic=True,
        database="none",
        with_security_parameters=False,
    )
    projects = ProjectsConfig(default=ProjectConfig(generation=generation))
    described = yaml.safe_load((BASE_DIR / "docs" / "openapi.yaml").read_text(encoding="utf-8"))
    # Who calls is proved by the header alone: what is made up as a merchant is only ever refused.
    described["components"]["schemas"]["Proof"] = {"type": "object"}
    schema = schemathesis.openapi.from_dict(described, config=SchemathesisConfig(projects=projects))
    schema.app = portal
    return schema


ANYTHING = schema_with(GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
FITTING = schema_with(GenerationMode.POSITIVE)
A_FEW = schema_with(GenerationMode.POSITIVE, max_examples=3)


@pytest.fixture(autouse=True)
def _wrong_tokens_are_taken_patiently(settings):
    settings.WRONG_TOKEN_RATE_LIMIT = "100000/second"


@pytest.fixture
def shop(stranger, simulator):
    """The one that takes both currencies: which of them a merchant takes is nothing that a schema can say."""
    return open_shop(stranger, simulator.url, word="bager", phone="+4520031803", amounts=("1234.56", "77.78", "31.41"))


@pytest.fixture
def things(shop):
    """Own things without end, for each parameter that can name some."""
    return {name: cycle(shop.things.get(thing) for thing in named) for name, named in THINGS.items()}


def proof_of(till):
    return {"Authorization": f"Bearer {till.token}"}


@ANYTHING.parametrize()
@many
def test_every_answer_is_as_the_schema_says_and_what_does_not_fit_is_refused(case, stranger):
    case.call_and_validate(headers=proof_of(stranger), excluded_checks=[positive_data_acceptance])


@FITTING.parametrize()
@many
def test_whatever_fits_the_schema_is_taken(case, stranger):
    case.call_and_validate(headers=proof_of(stranger))


@FITTING.parametrize()
@many
def test_every_answer_about_ones_own_things_is_as_the_schema_says(case, shop, things):
    for given in (case.query, case.body):
        for name in set(given or ()) & set(things) if isinstance(given, dict) else ():
            given[name] = next(things[name]) or given[name]

    case.call_and_validate(
        headers=proof_of(shop.till), excluded_checks=[positive_data_acceptance, negative_data_rejection]
    )


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_every_answer_to_a_call_that_succeeds_is_as_the_schema_says(endpoint, shop):
    parameters = shop.parameters(CALLS[endpoint.path][0])
    if endpoint.path == "manage/token":
        await_enrolment(shop)
    method = endpoint.methods.split()[-1]
    operation = FITTING[f"/api/pos/{endpoint.path}"][method]
    given = {"body": parameters, "media_type": "application/json"} if method == "POST" else {"query": parameters}

    response = operation.Case(**given).call_and_validate(headers=proof_of(shop.till))

    assert (response.status_code, response.json()["success"]) == (200, True)


@A_FEW.parametrize()
@many
def test_without_a_token_every_operation_is_refused_in_the_envelope(case, stranger):
    response = case.call_and_validate(excluded_checks=[positive_data_acceptance])

    path = case.operation.path.removeprefix("/api/pos/")
    if path not in WITHOUT_PROOF:
        [own] = {endpoint.own for endpoint in ENDPOINTS if endpoint.path == path}
        assert response.status_code == 401
        assert response.json() == {
            **dict.fromkeys(own),
            "success": False,
            "errors": ["The merchant or the access token is not valid. Nothing was done."],
            "errorCodes": ["not_authenticated"],
        }
