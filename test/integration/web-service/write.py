"""Writes samples, given as JSON, in both of prometheus_client's text formats, and prints those as JSON."""

import json
import sys

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics

registry = CollectorRegistry()
gauge = Gauge("depth", "Text with \\ and\nlines", ["a", "b"], registry=registry)
counter = Counter("requests", "Requests", ["a", "b"], registry=registry)
histogram = Histogram("took_seconds", "Durations", ["a", "b"], buckets=[0.1, 1.0, 10.0], registry=registry)
for sample in json.load(sys.stdin):
    labels = sample["labels"]
    value = float(sample["value"])
    gauge.labels(*labels).set(value)
    counter.labels(*labels).inc(abs(value) if value == value else 0, exemplar={"trace_id": "}{"})
    histogram.labels(*labels).observe(value, exemplar={"trace_id": 'x"y'})

json.dump([generate_latest(registry).decode(), generate_openmetrics(registry).decode()], sys.stdout)
