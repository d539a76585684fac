"""A page, made of its words and what stands around every page, and the headers that it goes with.

Whatever is put into a page is escaped; only what is `Html` already is not. The style is the page's own, named by its
hash; nothing else may load, run, frame the page or learn where it was (P25).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files
from typing import NamedTuple

from privacy.domain.letter import Language, filled
from privacy.domain.policy import Controller
from privacy.inbound.http import Event, Reply, header


class Html(NamedTuple):
    """Text that is markup, and goes into a page as it is."""

    text: str


class Part(NamedTuple):
    """A page's title and content, filled."""

    title: str
    content: Html


_NAMES = {Language.FR: "Français", Language.EN: "English"}
_LANGUAGES = {Language.FR: "Langue", Language.EN: "Language"}
_CONTACT_US = {Language.FR: "Nous écrire :", Language.EN: "Write to us:"}


def part(page: str, language: Language, values: Mapping[str, str | Html] | None = None) -> Part:
    """`<language>/<page>.html`, its placeholders filled. Raises UnfitWording where the two do not fit exactly."""
    title, _, content = _file(f"{language.value}/{page}.html").partition("\n\n")
    return Part(title, Html(filled(content.strip(), _escaped(values or {}))))


def reply(
    said: Part, language: Language, controller: Controller, status: int = 200, *, sends_to: str = ""
) -> Reply:
    """The whole page, as the gateway takes it. sends_to: the one other origin that a form of it may lead to."""
    other = next(each for each in Language if each is not language)
    siren = f", SIREN {controller.siren}" if controller.siren else ""
    values = {
        "language": language.value,
        "title": said.title,
        "style": Html(_style()),
        "controller": controller.name,
        "languages": _LANGUAGES[language],
        "other": other.value,
        "other_name": _NAMES[other],
        "content": said.content,
        "identity": f"{controller.legal_name or controller.name}{siren}",
        "address": controller.address,
        "contact_us": _CONTACT_US[language],
        "contact": controller.contact,
    }
    body = filled(_file("frame.html"), _escaped(values))
    headers = {**_headers(sends_to), "content-language": language.value}
    return {"statusCode": status, "headers": headers, "body": body}


def sent_on(link: str) -> Reply:
    """To a file that lies elsewhere; nothing of the link is kept, and it does not learn where it was followed."""
    headers = {"location": link, "cache-control": "no-store", "referrer-policy": "no-referrer"}
    return {"statusCode": 303, "headers": headers, "body": ""}


def refusal(status: int) -> Reply:
    """Nobody's browser comes here by one of our links: a number, and no word."""
    return {"statusCode": status, "headers": {"cache-control": "no-store"}, "body": ""}


def language_of(event: Event) -> Language:
    """What the link asks for, else the browser; English for whoever reads neither."""
    asked = (event.get("queryStringParameters") or {}).get("lang")
    if asked in set(Language):
        return Language(asked)
    return _preferred(header(event, "accept-language") or "")


def _preferred(accepted: str) -> Language:
    weighed: list[tuple[float, int, Language]] = []
    for place, entry in enumerate(accepted[:500].split(",")):
        tag, _, weight = entry.partition(";")
        ours = tag.strip().lower().partition("-")[0]
        if ours in set(Language):
            weighed.append((-_weight(weight), place, Language(ours)))
    best = min(weighed, default=None)
    return best[2] if best is not None and best[0] < 0 else Language.EN


def _weight(said: str) -> float:
    name, _, value = said.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0


def _escaped(values: Mapping[str, str | Html]) -> dict[str, str]:
    return {
        name: value.text if isinstance(value, Html) else escape(value, quote=True)
        for name, value in values.items()
    }


@cache
def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def _style() -> str:
    return _file("style.css").strip()


@cache
def _headers(sends_to: str) -> Mapping[str, str]:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    allowed = ["'self'", *filter(None, [sends_to])]
    return {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": (
            f"default-src 'none'; style-src 'sha256-{digest}'; form-action {' '.join(allowed)}; base-uri 'none'; "
            "frame-ancestors 'none'"
        ),
        "cache-control": "no-store",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
        "referrer-policy": "no-referrer",
        "strict-transport-security": "max-age=63072000",
        "vary": "accept-language",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "x-robots-tag": "noindex, nofollow",
    }
