"""The API's description for till makers."""

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
import pytest
import yaml

from portal.settings.base import BASE_DIR
from tests.tillapi.endpoints import ENDPOINTS


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def test_the_committed_schema_is_what_the_code_says(schema):
    committed = yaml.safe_load((BASE_DIR / "docs" / "openapi.yaml").read_text(encoding="utf-8"))

    assert yaml.safe_load(OpenApiYamlRenderer().render(schema, renderer_context={})) == committed


def test_every_endpoint_is_described_with_its_methods_and_parameters(schema):
    for endpoint in ENDPOINTS:
        operations = schema["paths"][f"/api/pos/{endpoint.path}"]
        assert [method.upper() for method in operations] == endpoint.methods.split(), endpoint
        named = [each["name"] for each in operations["get"].get("parameters", [])]
        assert sorted(named) == sorted(endpoint.parameters), endpoint


def test_a_get_that_changes_something_says_that_it_is_the_old_form(schema):
    operations = schema["paths"]["/api/pos/payment/start"]

    assert operations["get"]["description"] == "The old form of the POST on the same path: prefer that one."
    assert {each["summary"] for each in operations.values()} == {"Ask the customer at a terminal for money."}


def test_only_what_carries_no_proof_is_described_without_a_token(schema):
    without = {
        path
        for path, operations in schema["paths"].items()
        for operation in operations.values()
        if operation["security"] == [{}]
    }

    assert without == {"/api/pos/manage/token", "/api/pos/manage/token/reset"}


def test_a_start_may_carry_an_idempotency_key(schema):
    [key] = schema["paths"]["/api/pos/payment/start"]["post"]["parameters"]

    assert (key["name"], key["in"]) == ("Idempotency-Key", "header")


@pytest.mark.parametrize("path", ["/api/schema/", "/api/docs/"])
def test_the_description_is_served(path, client):
    assert client.get(path).status_code == 200
