"""Metrics are lines on stdout, each complete in itself."""

import json

import pytest

from privacy import metrics


def counted(capfd: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capfd.readouterr().out.splitlines()]


def test_a_count_is_one_line_of_embedded_metrics(capfd: pytest.CaptureFixture[str]) -> None:
    metrics.count("FactRecorded")
    (line,) = counted(capfd)
    assert line["FactRecorded"] == [1.0]
    emf = line["_aws"]["CloudWatchMetrics"][0]  # type: ignore[index]
    assert emf["Namespace"] == "imera-privacy"
    assert emf["Metrics"] == [{"Name": "FactRecorded", "Unit": "Count"}]


def test_a_dimension_belongs_to_one_count_only(capfd: pytest.CaptureFixture[str]) -> None:
    metrics.count("EventIgnored", reason="mode")
    metrics.count("FactRecorded", 3)
    ignored, recorded = counted(capfd)
    assert ignored["reason"] == "mode"
    assert "reason" not in recorded
    assert recorded["FactRecorded"] == [3.0]
