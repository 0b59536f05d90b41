"""The dashboard for Grafana asks for figures that there are, and can be read."""

from itertools import combinations
import json
import re

import promql_parser as promql
import pytest

from portal.errors import PortalError
from portal.health.tasks import leave_heartbeats
from portal.settings.base import BASE_DIR
from tests.health.metrics import scrape

DASHBOARD = json.loads((BASE_DIR / "docs" / "grafana-dashboard.json").read_text(encoding="utf-8"))
PANELS = DASHBOARD["panels"]
EXPRESSIONS = [target["expr"] for panel in PANELS for target in panel["targets"]]
COLUMNS = 24
# Figures that are worth exposing, and told by others of their kind.
NOT_SHOWN = {f"portal_{each}_call_seconds_{part}" for each in ("till", "mobilepay") for part in ("sum", "count")}

each_expression = pytest.mark.parametrize("expression", EXPRESSIONS)
each_panel = pytest.mark.parametrize("panel", PANELS, ids=[panel["title"] for panel in PANELS])


@pytest.fixture
def exposed(till):
    """What `/metrics` says once everything has happened."""
    till.start()
    leave_heartbeats()
    return scrape()


def nodes(expression, kind):
    """All parts of an expression that are of one kind."""
    found = []

    def visit(node):
        if isinstance(node, kind):
            found.append(node)

    promql.walk(expression, visit)
    return found


def selectors(expression):
    return nodes(expression, promql.VectorSelector)


def names(expression):
    return {each.name for each in selectors(expression)}


def labels_used(expression):
    """Every metric with the labels that its matchers name, or those by which it is summed up."""
    used = [(each.name, matcher.name) for each in selectors(expression) for matcher in each.matchers.matchers]
    for whole in nodes(expression, promql.AggregateExpr):
        used += [(name, label) for name in names(whole.expr) for label in summed_by(whole)]
    return used


def summed_by(whole):
    return whole.modifier.labels if whole.modifier else []


def codes(kind):
    """Every code that an error of this kind has in a till's answer."""
    return {kind.code}.union(*(codes(each) for each in kind.__subclasses__()))


@each_expression
def test_every_metric_of_an_expression_is_exposed(expression, exposed):
    assert names(promql.parse(expression)) - exposed.names() == set()
    assert names(promql.parse(expression)) != set()


@each_expression
def test_every_label_of_an_expression_is_one_of_its_metric(expression, exposed):
    used = labels_used(promql.parse(expression))

    assert [(name, label) for name, label in used if label not in exposed.labels_of(name)] == []


@each_expression
def test_only_what_grows_has_a_rate_and_it_has_one(expression):
    parsed = promql.parse(expression)
    counters = {name for name in names(parsed) if name.endswith(("_total", "_bucket", "_sum", "_count"))}

    rates = [each for each in nodes(parsed, promql.Call) if each.func.name == "rate"]

    assert {name for rate in rates for argument in rate.args for name in names(argument)} == counters


def test_every_figure_that_is_exposed_is_shown(exposed):
    shown = {name for expression in EXPRESSIONS for name in names(promql.parse(expression))}

    assert exposed.names() - shown == NOT_SHOWN


def test_outcomes_that_are_named_are_ones_that_a_till_can_be_told():
    matchers = [
        each for one in EXPRESSIONS for found in selectors(promql.parse(one)) for each in found.matchers.matchers
    ]
    named = {word for each in matchers if each.name == "outcome" for word in each.value.split("|")}

    assert named - codes(PortalError) - {"ok", "internal_error"} == set()


@each_panel
def test_a_legend_names_only_labels_that_its_series_have(panel):
    for target in panel["targets"]:
        wanted = set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
        wholes = nodes(promql.parse(target["expr"]), promql.AggregateExpr)

        assert wanted == {label for whole in wholes for label in summed_by(whole) if label != "le"}
        assert target["legendFormat"] != ""


@each_panel
def test_a_panel_says_what_it_shows_and_in_which_unit(panel):
    words = (panel["title"], panel["description"], panel["fieldConfig"]["defaults"]["unit"])

    assert [word for word in words if not word.strip()] == []
    assert panel["description"].endswith(".")


def test_panels_and_their_expressions_are_told_apart():
    numbers, titles = [panel["id"] for panel in PANELS], [panel["title"] for panel in PANELS]

    assert (len(set(numbers)), len(set(titles))) == (len(PANELS), len(PANELS))
    for panel in PANELS:
        letters = [target["refId"] for target in panel["targets"]]
        assert letters == sorted(set(letters)) != []


def test_panels_lie_in_full_rows_and_on_no_other():
    tiles = {panel["id"]: cells(panel["gridPos"]) for panel in PANELS}
    overlapping = [pair for pair in combinations(tiles, 2) if tiles[pair[0]] & tiles[pair[1]]]
    covered = set().union(*tiles.values())

    assert overlapping == []
    assert covered == {(x, y) for x in range(COLUMNS) for y in range(1 + max(y for _, y in covered))}


def test_whoever_imports_it_is_asked_for_their_prometheus():
    [source] = DASHBOARD["__inputs"]
    used = [panel["datasource"] for panel in PANELS]
    used += [target["datasource"] for panel in PANELS for target in panel["targets"]]

    assert (source["name"], source["type"], source["pluginId"]) == ("DS_PROMETHEUS", "datasource", "prometheus")
    assert {(each["type"], each["uid"]) for each in used} == {("prometheus", "${DS_PROMETHEUS}")}
    assert {each["type"] for each in PANELS} == {
        each["id"] for each in DASHBOARD["__requires"] if each["type"] == "panel"
    }


def test_grafana_takes_it_for_a_new_dashboard_of_the_portal():
    facts = (DASHBOARD["title"], DASHBOARD["id"], DASHBOARD["schemaVersion"])

    assert facts == ("MobilePay merchant portal", None, 39)


def test_the_readers_of_expressions_find_what_is_wrong(exposed):
    wrong = promql.parse('sum by (merchant) (rate(portal_till_calls_total{shop="x"}[5m])) / portal_nothing')

    assert names(wrong) - exposed.names() == {"portal_nothing"}
    assert sorted(labels_used(wrong)) == [
        ("portal_till_calls_total", "merchant"),
        ("portal_till_calls_total", "shop"),
    ]


def cells(place):
    return {
        (x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])
    }
