"""The published form of an answer's data.json (JSON Schema 2020-12). docs/schemas/ holds the same, written out."""

from __future__ import annotations

from typing import Any

from privacy.domain.article15 import POINTS
from privacy.domain.dossier import SECTIONS, Nature, Store, Why

ACCESS, PORTABILITY = "access", "portability"

_TEXT = {"type": "string"}
_INSTANT = {"type": "string", "format": "date-time"}


def schema_of(kind: str) -> dict[str, Any]:
    """kind: access | portability."""
    header: dict[str, Any] = {
        "format": {"const": f"imera-{kind}"},
        "version": {"const": 1},
        "language": {"enum": ["fr", "en"]},
        "controller": {
            "type": "object",
            "description": "who is responsible for the data, and where to write to",
            "properties": {"name": _TEXT, "address": _TEXT, "contact": _TEXT},
            "required": ["name", "address", "contact"],
            "additionalProperties": False,
        },
        "made_for": {
            **_TEXT,
            "description": "the address that was shown to be of the person whose data these are",
        },
        "request_received_at": _INSTANT,
        "collected_at": {**_INSTANT, "description": "when the stores were read"},
        "policy_version": _TEXT,
    }
    if kind == ACCESS:
        header["information"] = {
            "type": "object",
            "description": "Article 15(1)-(2), in words and for machines",
            "properties": {point: {"$ref": "#/$defs/point"} for point in POINTS},
            "required": list(POINTS),
            "additionalProperties": False,
        }
    header["sections"] = {"type": "array", "items": {"$ref": "#/$defs/section"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"data.json of an answer: {kind}",
        "type": "object",
        "properties": header,
        "required": list(header),
        "additionalProperties": False,
        "$defs": {
            "section": _section(),
            "record": _record(),
            **({"point": _point()} if kind == ACCESS else {}),
        },
    }


def _section() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "id": {"enum": [section.id for section in SECTIONS]},
            "title": _TEXT,
            "store": {"enum": [store.value for store in Store]},
            "purposes": {"type": "array", "items": _TEXT, "description": "what these data are used for"},
            "records": {"type": "array", "items": {"$ref": "#/$defs/record"}},
        },
        "required": ["id", "title", "store", "purposes", "records"],
        "additionalProperties": False,
    }


def _record() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "values": {
                "type": "object",
                "description": "amounts are integer cents, or what the currency has for them; instants are in UTC",
            },
            "source": {**_TEXT, "description": "who told us"},
            "nature": {"enum": [nature.value for nature in Nature]},
            "store": {"enum": [store.value for store in Store]},
            "date": {**_INSTANT, "description": "of when the record tells"},
            "retention_rule": _TEXT,
            "erased_on": {
                "type": "string",
                "format": "date",
                "description": "the first day, in Paris, on which it is not there any more",
            },
            "reference": _TEXT,
            "file": {**_TEXT, "description": "its own file in this folder"},
            "notes": {
                "type": "object",
                "description": "why a value is not handed out, or was looked at first; * is the whole record",
                "additionalProperties": {"enum": [why.value for why in Why]},
            },
        },
        "required": ["values", "source", "nature", "store"],
        "additionalProperties": False,
    }


def _point() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "title": _TEXT,
            "text": {"type": "array", "items": _TEXT, "minItems": 1},
            "data": {"type": "array", "items": {"type": "object"}},
        },
        "required": ["title", "text", "data"],
        "additionalProperties": False,
    }
