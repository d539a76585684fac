"""Pages say the same to everybody, load nothing, run nothing, and change something only where a button is pressed."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import pytest

from privacy import policy
from privacy.domain.consent import State
from privacy.domain.letter import Language, UnfitWording
from privacy.domain.person import Folding, Person, may_market
from privacy.domain.projection import Pointer
from privacy.inbound.pages.answering import answering
from privacy.inbound.pages.layout import Html, language_of, part, reply
from privacy.inbound.pages.routes import Means, answer
from privacy.operations.consent.stay_subscribed import Staying, token_digest
from privacy.ports import LedgerUnavailable
from privacy.ports.tokens import Token
from tests.fakes import MemoryLedger, MemoryPeople, MemoryTokens
from tests.telling import CAMILLE, PSEUDONYMS, at, email, member, unsubscribed

POLICY = policy.load()
SECRET = PSEUDONYMS.token("stay", CAMILLE, "2026-12-23")
FORGED = PSEUDONYMS.token("stay", CAMILLE, "2026-12-24")
ENDS = at("2026-12-22T23:00")  # midnight in Paris


def only(staying: Callable[[], Staying]) -> Means:
    """What the page of a renewal letter takes, and nothing of any other's."""
    unused = dict.fromkeys(Means._fields)
    return Means(**{**unused, "staying": staying})  # type: ignore[arg-type]


@dataclass
class Site:
    """The pages with stores in memory; Camille subscribed three years ago, and has her letter."""

    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    tokens: MemoryTokens = field(default_factory=MemoryTokens)
    now: datetime = field(default_factory=lambda: at("2026-12-12T09:00"))
    known: bool = True

    def __post_init__(self) -> None:
        self.ledger.append(member("2023-12-23"))
        self.tokens.issue(token_digest(SECRET), Token("stay", email(), "a1", ENDS))

    def staying(self) -> Staying:
        people = MemoryPeople(self.ledger)
        if self.known:
            people.found = {email(): Pointer("person-1")}
        return Staying(self.tokens, people, self.ledger, POLICY, lambda: self.now)

    def asked(self, method: str = "GET", secret: str = SECRET, **more: Any) -> dict[str, Any]:
        handle = answering(lambda: POLICY.controller)(lambda event: answer(event, only(self.staying)))
        return handle(event(method, secret, **more), None)

    def pressed(self, secret: str = SECRET, body: str = "lang=fr", **more: Any) -> dict[str, Any]:
        return self.asked("POST", secret, body=body, **more)

    @property
    def opt_ins(self) -> list[Any]:
        return [fact for fact in self.ledger.under(email()) if fact.source == "pages"]

    @property
    def person(self) -> Person:
        folding = Folding(POLICY)
        for fact in self.ledger.under(email()):
            folding.add(fact)
        return next(iter(folding.people()[1].values()))


def event(
    method: str = "GET",
    secret: str = SECRET,
    *,
    lang: str | None = None,
    accept: str | None = "fr-FR,fr;q=0.9",
    body: str = "",
    encoded: bool = False,
) -> dict[str, Any]:
    return {
        "version": "2.0",
        "routeKey": f"{method} /stay/{{token}}",
        "rawPath": f"/stay/{secret}",
        "headers": {"accept-language": accept} if accept is not None else {},
        "queryStringParameters": {"lang": lang} if lang is not None else None,
        "pathParameters": {"token": secret},
        "requestContext": {"http": {"method": method}, "requestId": "r-1"},
        "body": base64.b64encode(body.encode()).decode() if encoded else body,
        "isBase64Encoded": encoded,
    }


class Seen(HTMLParser):
    """Tags of a page in order, with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, Mapping[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


# ---------------------------------------------------------------- looking


def test_looking_at_the_page_changes_nothing_however_often() -> None:
    """E96: mail scanners open every link."""
    site = Site()
    before = dict(site.tokens.held)
    for _ in range(3):
        page = site.asked()
        assert page["statusCode"] == 200
        assert "<button" in page["body"]
    assert site.tokens.held == before
    assert site.opt_ins == []


@pytest.mark.parametrize(("language", "button"), [("fr", "Rester inscrit(e)"), ("en", "Stay subscribed")])
def test_the_page_says_in_either_language_what_its_button_means(language: str, button: str) -> None:
    page = Site().asked(lang=language)
    seen = Seen(page["body"])
    form = next(f for f in POLICY.forms if f.form == "stay-page")
    assert form.wording[language] in seen.text
    assert button in seen.text
    assert dict(seen.tags)["html"] == {"lang": language}
    assert page["headers"]["content-language"] == language
    assert ("button", {"name": "lang", "value": language}) in seen.tags
    assert ("form", {"method": "post"}) in seen.tags


def test_the_page_says_nothing_of_anybody() -> None:
    page = Site().asked()["body"]
    for word in (CAMILLE, "camille", email(), "2023", "2026", SECRET):
        assert word not in page


@pytest.mark.parametrize(
    ("lang", "accept", "chosen"),
    [
        (None, "fr-FR,fr;q=0.9,en;q=0.8", Language.FR),
        (None, "en-GB,en;q=0.9,fr;q=0.8", Language.EN),
        (None, "de-DE, fr;q=0.5, en;q=0.7", Language.EN),
        (None, "de-DE,fr;q=0", Language.EN),
        (None, "fr;q=nonsense", Language.EN),
        (None, "", Language.EN),
        (None, None, Language.EN),
        ("en", "fr", Language.EN),
        ("fr", "en", Language.FR),
        ("de", "fr", Language.FR),
        ("<script>", "fr", Language.FR),
    ],
)
def test_the_letters_language_comes_before_the_browsers(
    lang: str | None, accept: str | None, chosen: Language
) -> None:
    assert language_of(event(lang=lang, accept=accept)) is chosen


# ---------------------------------------------------------------- pressing


def test_whoever_presses_the_button_opts_in_anew_for_three_years_e135() -> None:
    site = Site()
    page = site.pressed()
    assert page["statusCode"] == 200
    assert "Merci, vous restez inscrit(e)" in page["body"]
    (opt_in,) = site.opt_ins
    assert opt_in.occurred_at == site.now
    assert opt_in.group("consent") == {
        "purpose": "newsletter",
        "choice": "granted",
        "carrier": "stay_page",
        "language": "fr",
        "audience": "a1",
    }
    person = site.person
    assert person.last_opt_in == site.now
    assert str(person.may_market_until) == str(person.clock.due_on) == "2029-12-12"
    proof = person.consents[0].proof
    assert proof is not None
    assert (proof.form, proof.policy_version, proof.language) == ("stay-page", "2023-03-08", "fr")
    assert (
        proof.wording == "Je souhaite continuer à recevoir les actualités et les offres d'iméra par e-mail."
    )


def test_pressing_it_again_records_no_second_fact() -> None:
    site = Site()
    site.pressed()
    site.now = at("2026-12-13T18:00")
    for body in ("lang=fr", "lang=en"):
        again = site.pressed(body=body)
        assert again["statusCode"] == 200
        assert "Merci" not in again["body"]
    assert len(site.opt_ins) == 1
    assert site.opt_ins[0].occurred_at == at("2026-12-12T09:00")


def test_whoever_withdrew_meanwhile_and_presses_then_means_it_e130() -> None:
    site = Site()
    site.ledger.append(unsubscribed("2026-12-01"))
    site.pressed()
    assert site.person.consents[0].state is State.GRANTED
    assert may_market(site.person, email(), at("2026-12-13").date())


def test_whoever_withdraws_afterwards_stays_withdrawn_whoever_presses_again() -> None:
    site = Site()
    site.pressed()
    site.ledger.append(unsubscribed("2026-12-13"))
    site.now = at("2026-12-14")
    site.pressed()
    assert site.person.consents[0].state is State.WITHDRAWN


def test_what_died_after_the_press_is_made_up_for_by_the_next_one() -> None:
    site = Site()
    site.ledger.append = dead  # type: ignore[method-assign]
    failed = site.pressed()
    assert failed["statusCode"] == 503
    assert "votre lien reste valable" in failed["body"]
    del site.ledger.append
    site.now = at("2026-12-12T09:05")
    assert "Merci" in site.pressed()["body"]
    assert [fact.occurred_at for fact in site.opt_ins] == [at("2026-12-12T09:00")]


def dead(_fact: object) -> None:
    raise LedgerUnavailable


# ---------------------------------------------------------------- links that are worth nothing


def test_used_expired_and_forged_links_get_one_and_the_same_page() -> None:
    used = Site()
    used.pressed()
    expired = Site(now=ENDS)
    gone = Site(known=False)
    other = Site()
    other.tokens.held[token_digest(SECRET)] = Token("leave", email(), None, ENDS)
    fresh = Site()
    answers = [site.asked(how) for site in (used, expired, gone, other) for how in ("GET",)]
    answers += [site.pressed() for site in (used, expired, gone, other)]
    answers += [fresh.asked(secret=FORGED), fresh.pressed(FORGED)]
    answers += [fresh.asked(secret="short"), fresh.pressed("é" * 43), fresh.asked(secret="x" * 5000)]
    assert all(each == answers[0] for each in answers)
    assert answers[0]["statusCode"] == 200
    assert "<form" not in answers[0]["body"]
    for site in (expired, gone, other, fresh):
        assert site.opt_ins == []
    assert len(used.opt_ins) == 1


def test_a_link_works_until_the_last_second_of_the_day_before() -> None:
    last = Site(now=at("2026-12-22T22:59:59"))
    assert "<button" in last.asked()["body"]
    assert "Merci" in last.pressed()["body"]


# ---------------------------------------------------------------- what is no press of our button


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("lang=de", 400),
        ("lang=fr&x=1", 400),
        ("lang=é", 400),
        ("x" * 33, 413),
        ("x" * 300_000, 413),
    ],
)
@pytest.mark.parametrize("encoded", [False, True])
def test_anything_else_is_refused_without_a_word(body: str, status: int, *, encoded: bool) -> None:
    site = Site()
    refused = site.pressed(body=body, encoded=encoded)
    assert (refused["statusCode"], refused["body"]) == (status, "")
    assert site.opt_ins == []
    assert site.tokens.held[token_digest(SECRET)].used_at is None


def test_a_browser_may_send_its_form_encoded() -> None:
    assert "Merci" in Site().pressed(encoded=True)["body"]


def test_there_is_no_other_page() -> None:
    site = Site()
    handle = answering(lambda: POLICY.controller)(lambda event: answer(event, only(site.staying)))
    asked = event() | {"routeKey": "GET /"}
    assert handle(asked, None) == {"statusCode": 404, "headers": {"cache-control": "no-store"}, "body": ""}


# ---------------------------------------------------------------- what a page is


#: What each page has to be told.
NEEDS: dict[str, dict[str, str]] = {
    "stay": {"wording": "…", "length": "3 ans"},
    "stayed": {"length": "3 ans"},
    "over": {},
    "later": {},
    "confirm": {"rights": "…", "asked_on": "22 novembre 2026"},
    "confirmed": {},
    "expired": {},
}


def pages() -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, reply(part(name, language, values), language, POLICY.controller))
        for name, values in NEEDS.items()
        for language in Language
    ]


@pytest.mark.parametrize(("name", "page"), pages())
def test_no_page_loads_runs_or_tells_anything_elsewhere(name: str, page: dict[str, Any]) -> None:
    seen = Seen(page["body"])
    assert {tag for tag, _ in seen.tags}.isdisjoint(
        {"script", "img", "link", "iframe", "object", "embed", "video", "base"}
    )
    for tag, attributes in seen.tags:
        assert not any(name.startswith("on") or name in {"src", "style", "target"} for name in attributes), (
            tag
        )
        link = attributes.get("href") or attributes.get("action") or ""
        assert link.startswith(("?lang=", "mailto:")) or not link
    headers = page["headers"]
    style = re.search(r"<style>(.*?)</style>", page["body"], re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert headers["content-security-policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("name", "page"), pages())
def test_every_page_is_built_for_whoever_does_not_see_it(name: str, page: dict[str, Any]) -> None:
    seen = Seen(page["body"])
    tags = [tag for tag, _ in seen.tags]
    for once in ("html", "title", "h1", "main", "header", "footer", "nav"):
        assert tags.count(once) == 1, once
    assert page["body"].startswith("<!doctype html>")
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels == sorted(levels)
    assert "viewport" in page["body"]
    assert ":focus-visible" in page["body"]


def test_colours_differ_enough_to_be_read() -> None:
    style = next(iter(pages()))[1]["body"]
    pairs = [("#1f1f1f", "#ffffff"), ("#4a3520", "#ffffff"), ("#ffffff", "#3b2a1a"), ("#ffffff", "#5a4632")]
    pairs += [("#4d4d4d", "#ffffff"), ("#0b57d0", "#ffffff")]
    for ink, paper in pairs:
        assert ink in style or ink == "#ffffff"
        assert contrast(ink, paper) >= 4.5


def contrast(ink: str, paper: str) -> float:
    """WCAG 2.2: (lighter + 0.05) / (darker + 0.05)."""
    lighter, darker = sorted((luminance(ink), luminance(paper)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_whatever_is_put_into_a_page_is_escaped() -> None:
    hostile = "\"'><script>alert(1)</script>&"
    said = part("stay", Language.EN, {"wording": hostile, "length": hostile})._replace(title=hostile)
    page = reply(said, Language.EN, POLICY.controller._replace(name=hostile, address=hostile))
    seen = Seen(page["body"])
    assert "script" not in {tag for tag, _ in seen.tags}
    assert hostile in seen.text


def test_markup_is_only_what_says_so() -> None:
    assert "<em>" in part("stayed", Language.EN, {"length": Html("<em>3</em>")}).content.text
    assert "<em>" not in part("stayed", Language.EN, {"length": "<em>3</em>"}).content.text


def test_a_page_and_its_values_fit_exactly() -> None:
    with pytest.raises(UnfitWording):
        part("stay", Language.FR, {"length": "3 ans"})
    with pytest.raises(UnfitWording):
        part("over", Language.FR, {"length": "3 ans"})


def test_a_fault_of_ours_is_a_page_that_asks_to_try_again(capsys: pytest.CaptureFixture[str]) -> None:
    def broken(_event: Mapping[str, Any]) -> dict[str, Any]:
        raise RuntimeError(f"{CAMILLE} {SECRET}")

    page = answering(lambda: POLICY.controller)(broken)(event(lang="en"), None)
    assert page["statusCode"] == 503
    assert "nothing is lost" in page["body"]
    said = capsys.readouterr().out
    assert "RuntimeError" in said
    assert CAMILLE not in said
    assert SECRET not in said
