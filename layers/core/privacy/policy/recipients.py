"""Reads the recipients of policy/imera.toml (P23, P24, P29). One that contradicts itself stops the start."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from privacy.domain.facts import GROUPS
from privacy.domain.recipients import ROLES, Recipient
from privacy.policy import InvalidPolicy

_LANGUAGES = {"en", "fr"}


@cache
def load() -> tuple[Recipient, ...]:
    """Those of the policy that ships with the code, read once. Raises InvalidPolicy."""
    return parse(files(__package__).joinpath("imera.toml").read_bytes())


def parse(content: bytes) -> tuple[Recipient, ...]:
    """Raises InvalidPolicy."""
    try:
        data = tomllib.loads(content.decode())
        found = tuple(_recipient(told, data["sources"]) for told in data["recipients"])
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidPolicy(f"policy/imera.toml: recipients: {error}") from error
    if len({recipient.id for recipient in found}) != len(found):
        raise InvalidPolicy("policy/imera.toml: recipients: there are two of one id")
    return found


def _recipient(told: Mapping[str, Any], sources: Mapping[str, Any]) -> Recipient:
    recipient = Recipient(
        id=told["id"],
        name=told["name"],
        role=told["role"],
        operations=_in_words(told, "operations"),
        country=told["country"],
        transfer=_in_words(told, "transfer") if told.get("transfer") else {},
        groups=frozenset(told.get("groups", ())),
        told_by=frozenset(told.get("told_by", ())),
        always=told.get("always", False),
        dpa_signed_on=_day(told.get("dpa_signed_on", "")),
        notices_to=told.get("notices_to", ""),
    )
    if recipient.role not in ROLES:
        raise ValueError(f"{recipient.id}: role is one of {', '.join(sorted(ROLES))}")
    if unknown := sorted(recipient.groups - GROUPS.keys()):
        raise ValueError(f"{recipient.id}: unknown field groups {unknown}")
    if unknown := sorted(recipient.told_by - sources.keys()):
        raise ValueError(f"{recipient.id}: told by sources that there are not: {unknown}")
    return recipient


def _in_words(told: Mapping[str, Any], name: str) -> Mapping[str, str]:
    words = told[name]
    if words.keys() != _LANGUAGES or not all(isinstance(w, str) and w.strip() for w in words.values()):
        raise ValueError(f"{told['id']}.{name}: in French and in English")
    return dict(words)


def _day(said: object) -> date | None:
    """Empty: the owner has not said."""
    if said == "":
        return None
    if not isinstance(said, date):
        raise ValueError("dpa_signed_on: a day, or empty")
    return said
