"""The limits of limits.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from bench.places import LIMITS


@dataclass(frozen=True, slots=True)
class Limits:
    """stripe_second: Stripe's pages a second that are served at most; ours_second: that we ask for at most.

    answers: assumed seconds of a full page. writes_at_once: of one import. work_a_write: milliseconds. shards: of the
    ledger's stream.
    """

    stripe_second: int
    ours_second: int
    stripe_page: int
    mailchimp_page: int
    mailchimp_connections: int
    stripe_answers: float
    mailchimp_answers: float
    writes_at_once: int
    work_a_write: float
    shards: int


@dataclass(frozen=True, slots=True)
class PurgeLimits:
    """What a purge may cost. units, dollars: of a million people, for DynamoDB's units alone and in all."""

    index_growth: float
    index_floor: float
    calls: float
    units: float
    dollars: float


def load_purge(path: Path = LIMITS) -> PurgeLimits:
    told = tomllib.loads(path.read_text())["purge"]
    return PurgeLimits(
        told["index_growth"],
        told["index_floor"],
        told["calls_a_delete"],
        told["units_a_million"],
        told["dollars_a_million"],
    )


def load(path: Path = LIMITS) -> Limits:
    told = tomllib.loads(path.read_text())
    return Limits(
        stripe_second=told["stripe"]["calls_a_second"],
        ours_second=told["stripe"]["ours_a_second"],
        stripe_page=told["stripe"]["page"],
        mailchimp_page=told["mailchimp"]["page"],
        mailchimp_connections=told["mailchimp"]["connections"],
        stripe_answers=told["seconds_a_page"]["stripe"],
        mailchimp_answers=told["seconds_a_page"]["mailchimp"],
        writes_at_once=told["aws"]["writes_at_once"],
        work_a_write=told["aws"]["ms_of_work_a_write"],
        shards=told["aws"]["shards"],
    )
