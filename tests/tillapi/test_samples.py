"""Every sample in the description is what the wire gives: to the byte, and as the schema says."""

import json
from xml.etree.ElementTree import fromstring

import pytest
import requests
import schemathesis
from schemathesis.core.transport import Response
import yaml

from portal.settings.base import BASE_DIR
from portal.tillapi import catalogue
from tests.tillapi.endpoints import ENDPOINTS
from tests.tillapi.raw_calls import MODELS, OBJECTS, call

JSON, FORM, XML = "application/json", "application/x-www-form-urlencoded", "application/xml"
DESCRIBED = yaml.safe_load((BASE_DIR / "docs" / "openapi.yaml").read_text(encoding="utf-8"))
PREFIX = "/api/pos/"
every_call = pytest.mark.parametrize("shown", catalogue.calls(), ids=lambda shown: shown.path)
OPERATIONS = [(method, endpoint.path) for endpoint in ENDPOINTS for method in endpoint.methods.split()]
WITH_PARAMETERS = [(method, path) for method, path in OPERATIONS if path != "manage/stores"]
POSTS = [path for method, path in OPERATIONS if method == "POST"]
every_operation = pytest.mark.parametrize(("method", "path"), OPERATIONS)


@pytest.fixture(scope="module")
def schema():
    return schemathesis.openapi.from_dict(DESCRIBED)


def described(method, path):
    """What the committed description says of the answers to a call: by status, each format's one sample."""
    answers = DESCRIBED["paths"][f"{PREFIX}{path}"][method.lower()]["responses"]
    found = {}
    for status, reference in answers.items():
        content = DESCRIBED["components"]["responses"][reference["$ref"].rpartition("/")[2]]["content"]
        samples = {kind: list(each["examples"].values()) for kind, each in content.items()}
        found[int(status)] = {kind: sample["value"] for kind, [sample] in samples.items()}
    return found


def plain(element):
    """What JSON would give for an element of XML."""
    if "{http://www.w3.org/2001/XMLSchema-instance}nil" in element.attrib:
        return None
    name = element.tag.partition("}")[2]
    if name in {"errors", "errorCodes", "loyaltyIds", "supportedBeaconTypes"} or name.endswith("sIds"):
        return [each.text for each in element]
    if len(element):
        assert [each.tag for each in element] == [f"{{{OBJECTS}}}{name}" for name in sorted(map(local, element))]
        return {local(each): plain(each) for each in element}
    return {"true": True, "false": False}[element.text] if name == "success" else element.text or ""


def local(element):
    return element.tag.partition("}")[2]


@every_operation
def test_every_answer_has_its_samples_in_json_and_xml_and_they_say_the_same(method, path):
    [shown] = [each for each in catalogue.calls() if each.path == path]

    for status, samples in described(method, path).items():
        root = fromstring(samples[XML])  # noqa: S314 - our own
        own = [name for name in samples[JSON] if name not in {"success", "errors", "errorCodes"}]

        assert set(samples) == {JSON, XML}, status
        assert list(samples[JSON]) == [*own, "success", "errors", "errorCodes"]
        assert root.tag == f"{{{MODELS}}}{shown.view.model}"
        assert [each.tag for each in root] == [
            f"{{{MODELS}}}{name}" for name in ("errorCodes", "errors", "success", *sorted(own))
        ]
        assert {local(each): plain(each) for each in root} == samples[JSON]
        assert samples[JSON]["success"] is (status == 200)


@every_operation
def test_every_sample_is_as_the_schema_says(method, path, schema):
    request = requests.Request(method, f"http://testserver{PREFIX}{path}").prepare()
    for status, samples in described(method, path).items():
        content = json.dumps(samples[JSON]).encode()
        answer = Response(status, {"Content-Type": [JSON]}, content, request, elapsed=0, verify=False)
        schema[f"{PREFIX}{path}"][method].validate_response(answer)


def sent(method, path, token="", accept=JSON, **more):
    return call(method, path, token=token, headers={"Accept": accept}, **more)


@every_operation
def test_without_proof_the_wire_gives_the_very_sample(method, path, till):
    # Whoever asks for a token has no proof yet: a closed window is all they read.
    status = 403 if path == "manage/token" else 401
    query = {"query": "bioCode=NOBODY&previousAccessToken=x"} if "manage/token" in path else {}

    in_json, in_xml = (sent(method, path, accept=kind, **query) for kind in (JSON, XML))

    samples = described(method, path)[status]
    assert (in_json.status, in_json.content.decode()) == (status, json.dumps(samples[JSON], separators=(",", ":")))
    assert (in_xml.status, in_xml.content.decode()) == (status, samples[XML])


@pytest.mark.parametrize(("method", "path"), WITH_PARAMETERS)
def test_without_parameters_the_wire_gives_the_very_sample(method, path, till):
    samples = described(method, path)[400]

    in_json, in_xml = (sent(method, path, till.token, kind) for kind in (JSON, XML))

    assert (in_json.status, in_json.content.decode()) == (400, json.dumps(samples[JSON], separators=(",", ":")))
    assert (in_xml.status, in_xml.content.decode()) == (400, samples[XML])


@every_call
def test_every_sample_of_a_call_is_read_as_it_is_meant(shown, till, settings):
    for sample in shown.requests:
        head, _, body = sample.text.partition("\n\n")
        line, *headers = head.split("\n")
        method, address, _ = line.split(" ")
        path, _, query = address.partition("?")
        named = dict(header.split(": ") for header in headers)
        query = query.replace(named.get("Authorization", ""), "")

        reply = call(
            method,
            path,
            token=till.token if shown.needs_proof else "",
            query=query.replace("accessToken=", "").replace("bioCode=KINO1&", "") if shown.needs_proof else query,
            body=body.encode(),
            content_type=named.get("Content-Type", ""),
        )

        assert [code for code in reply.codes if code.startswith(("parameter", "body", "unsupported"))] == [], sample


@pytest.mark.parametrize("path", POSTS)
def test_the_samples_in_a_posts_body_say_the_same_in_every_format(path):
    content = DESCRIBED["paths"][f"{PREFIX}{path}"]["post"]["requestBody"]["content"]
    samples = {kind: each["examples"]["Call"]["value"] for kind, each in content.items()}
    in_xml = {each.tag: each.text for each in fromstring(samples[XML])}  # noqa: S314 - our own

    assert samples[JSON] == samples[FORM] == in_xml


def test_every_operation_lets_tills_prove_themselves_by_header_first_and_by_parameters_else():
    security = {
        (path, method): operation["security"]
        for path, operations in DESCRIBED["paths"].items()
        for method, operation in operations.items()
        if not path.startswith("/api/pos/manage/token")
    }
    schemes = DESCRIBED["components"]["securitySchemes"]

    assert {str(each) for each in security.values()} == {"[{'bearer': []}, {'accessToken': [], 'bioCode': []}]"}
    assert {name: scheme["type"] for name, scheme in schemes.items()} == {
        "bearer": "http",
        "accessToken": "apiKey",
        "bioCode": "apiKey",
    }
