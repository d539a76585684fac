"""Reads policy/imera.toml into the domain's terms. A file that contradicts itself stops the start."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from privacy.domain.facts import GROUPS
from privacy.domain.policy import (
    Carrier,
    ConsentForm,
    Controller,
    Guard,
    Policy,
    PurgeGuard,
    Purpose,
    Retention,
    Source,
)


class InvalidPolicy(ValueError):
    """The policy file misses something or names something unknown."""


#: How the chapter begins that is read when it is first asked for: half the file, and webhooks never ask.
_LATER = "# ---------------------------------------------------------------- retention "
_NEXT = "\n# ----------------------------------------------------------------"


@cache
def load() -> Policy:
    """The policy that ships with the code, read once.

    Raises InvalidPolicy; for the retention rules, once they are asked for.
    """
    return _read(files(__package__).joinpath("imera.toml").read_bytes())


def parse(content: bytes) -> Policy:
    """The whole of it, read at once. Raises InvalidPolicy."""
    policy = _read(content)
    policy.read_retention()
    return policy


def check() -> None:
    """Raises InvalidPolicy where the policy that ships with the code contradicts itself."""
    load().read_retention()


def _read(content: bytes) -> Policy:
    try:
        before, begins, after = content.decode().partition(_LATER)
    except ValueError as error:
        raise InvalidPolicy(f"policy/imera.toml: {error}") from None
    chapter, ends, others = after.partition(_NEXT)
    data = _toml(before + ends + others)
    try:
        consent = data["consent"]
        policy = Policy(
            version=data["version"],
            digest=hashlib.sha256(content).hexdigest(),
            controller=Controller(**data["controller"]),
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
            guard=Guard(**data["guard"]),
            purge_guard=PurgeGuard(**data["purge_guard"]),
            read_retention=cache(lambda: _retention(begins + chapter)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidPolicy(f"policy/imera.toml: {error}") from error
    _agree(policy)
    return policy


def _retention(chapter: str) -> Retention:
    from privacy.policy.retention import retention_in

    try:
        return retention_in(_toml(chapter))
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidPolicy(f"policy/imera.toml: {error}") from error


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise InvalidPolicy(f"policy/imera.toml: {error}") from None


def _agree(policy: Policy) -> None:
    _name_somebody(policy.controller)
    named = set[str]().union(
        *(s.groups for s in policy.sources.values()), *(p.groups for p in policy.purposes.values())
    )
    if unknown := named - set(GROUPS):
        raise InvalidPolicy(f"unknown field groups: {sorted(unknown)}")


def _name_somebody(controller: Controller) -> None:
    """Every letter says who is responsible, and where to write to (P3, P44): no line break may come with it."""
    unsaid = {"legal_name", "siren", "dpo"}
    for field, value in controller._asdict().items():
        if not isinstance(value, str) or not (value.strip() or field in unsaid) or not value.isprintable():
            raise InvalidPolicy(f"controller.{field}: one line of text")
    siren = controller.siren
    if siren and not (siren.isascii() and siren.isdigit() and len(siren) == 9):
        raise InvalidPolicy("controller.siren: nine digits, or empty")
    if controller.contact.count("@") != 1 or " " in controller.contact:
        raise InvalidPolicy("controller.contact: an e-mail address")
    if controller.staff_language not in ("fr", "en"):
        raise InvalidPolicy("controller.staff_language: fr or en")
