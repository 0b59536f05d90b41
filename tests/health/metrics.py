"""What Prometheus reads, and what has been counted between two readings."""

from dataclasses import dataclass

from django.test import Client, override_settings
from prometheus_client.parser import text_string_to_metric_families

TOKEN = "a-token-that-nobody-guesses"
# One for all: each new one would read all static files anew.
_client = Client(raise_request_exception=False)


@dataclass(frozen=True)
class Reading:
    """Every series: its value by its name and its labels."""

    series: dict[tuple[str, frozenset[tuple[str, str]]], float]

    def of(self, name, **labels):
        """The value of one series; None when there is no such series."""
        return self.series.get((name, frozenset(labels.items())))

    def by_kind(self, name):
        """The values of a gauge that has one per kind, in whole seconds or rows."""
        return {dict(labels)["kind"]: int(value) for (found, labels), value in self.series.items() if found == name}

    def names(self):
        return {name for name, _ in self.series}

    def labels_of(self, name):
        return {label for found, labels in self.series if found == name for label, _ in labels}


def fetch(path, **headers):
    return _client.get(path, headers=headers)


def scrape():
    with override_settings(METRICS_TOKEN=TOKEN):
        response = fetch("/metrics", Authorization=f"Bearer {TOKEN}")
    assert response.status_code == 200
    families = text_string_to_metric_families(response.content.decode())
    samples = [sample for family in families for sample in family.samples]
    return Reading({(each.name, frozenset(each.labels.items())): each.value for each in samples})


def counted(before, name, *labels):
    """What has been counted since then: how often, by the values of these labels."""
    found = {}
    for (each, pairs), value in scrape().series.items():
        more = value - before.series.get((each, pairs), 0.0)
        if each == name and more:
            found[tuple(dict(pairs)[label] for label in labels)] = more
    return found
