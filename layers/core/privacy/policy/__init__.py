"""Reads policy/imera.toml into the domain's terms. A file that contradicts itself stops the start."""

from __future__ import annotations

import hashlib
import tomllib
from importlib.resources import files

from privacy.domain.facts import GROUPS
from privacy.domain.policy import Carrier, ConsentForm, Guard, Periods, Policy, Purpose, Source


class InvalidPolicy(ValueError):
    """The policy file misses something or names something unknown."""


def load() -> Policy:
    """The policy that ships with the code."""
    return parse(files(__package__).joinpath("imera.toml").read_bytes())


def parse(content: bytes) -> Policy:
    """Raises InvalidPolicy."""
    try:
        data = tomllib.loads(content.decode())
    except ValueError as error:
        raise InvalidPolicy(f"policy/imera.toml: {error}") from None
    try:
        consent = data["consent"]
        policy = Policy(
            version=data["version"],
            digest=hashlib.sha256(content).hexdigest(),
            carriers=tuple(
                Carrier(
                    c["kind"],
                    c.get("key", ""),
                    frozenset(c.get("ticked", ())),
                    frozenset(c.get("unticked", ())),
                )
                for c in consent["carriers"]
            ),
            forms=tuple(
                ConsentForm(
                    f["form"],
                    frozenset(f["carriers"]),
                    f["since"],
                    f["policy_version"],
                    f["box_default"],
                    f["wording"],
                )
                for f in consent["forms"]
            ),
            unticked_means_withdrawal=consent["unticked_means_withdrawal"],
            member_sources_of_persons=frozenset(data["mailchimp"]["member_sources_of_persons"]),
            order_number_keys=tuple(data["stripe"]["order_number_keys"]),
            customer_number_keys=tuple(data["stripe"]["customer_number_keys"]),
            sources={name: Source(name, frozenset(groups)) for name, groups in data["sources"].items()},
            purposes={
                name: Purpose(name, p["basis"], tuple(p["promises"]), frozenset(p["groups"]))
                for name, p in data["purposes"].items()
            },
            rules=data["rules"],
            periods=Periods(**data["periods"]),
            guard=Guard(**data["guard"]),
        )
    except (KeyError, TypeError) as error:
        raise InvalidPolicy(f"policy/imera.toml: {error}") from error
    _agree(policy)
    return policy


def _agree(policy: Policy) -> None:
    known = set(GROUPS)
    if set(policy.rules) != known:
        raise InvalidPolicy(f"groups without exactly one retention rule: {sorted(known ^ set(policy.rules))}")
    named = set[str]().union(
        *(s.groups for s in policy.sources.values()), *(p.groups for p in policy.purposes.values())
    )
    if named - known:
        raise InvalidPolicy(f"unknown field groups: {sorted(named - known)}")
