"""The unit prices of prices.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.places import PRICES


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars: of a million of each, of a GB-second, and milliseconds that a call is taken to last by memory."""

    region: str
    read_on: date
    source: str
    http_api_requests: float
    lambda_requests: float
    write_units: float
    read_units: float
    sqs_requests: float
    s3_puts: float
    log_gigabyte: float
    access_log_bytes: int
    gb_second: float
    ms_per_call_at_512_mb: float
    ms_per_call_at_1769_mb: float


def load(path: Path = PRICES) -> Prices:
    told = tomllib.loads(path.read_text())
    return Prices(
        region=told["region"],
        read_on=told["read_on"],
        source=told["source"],
        **told["per_million"],
        **told["logs"],
        **told["lambda"],
    )
