"""Checklist 19 and 35 on every page that a letter leads to: what is no press of its own button changes nothing, and a
link that is another page's, another person's, used, old or invented is answered as one that never was.
"""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from privacy.domain.request_steps import Kind, Step
from privacy.inbound.pages.answering import answering
from privacy.inbound.pages.routes import ROUTES, Means, answer
from privacy.operations.consent.choose import CHOICES, Choosing
from privacy.operations.consent.stay_subscribed import STAY, Staying
from privacy.operations.identity.prove_identity import Proving
from privacy.operations.letters.letter_links import token_digest
from privacy.ports.tokens import Token
from tests.attacks.siege import ASKS, CANARIES, THIEF, Shop, message, shop
from tests.requesting import DPO, POLICY
from tests.telling import BENOIT, CAMILLE, PSEUDONYMS, email

pytestmark = pytest.mark.attack

NEVER = "x" * 43
PAGES = ("confirm", "document", "choices", "stay", "answer")


@dataclass
class Street:
    """Every page of a shop that has Camille on file: her copy waits, and her choices; Benoît's link to confirm and
    another's form for a document wait too. links: by page. code: what opens the copy."""

    shop: Shop
    links: dict[str, str]
    code: str

    def asks(self, method: str, page: str, secret: str, *, body: str = "", **more: Any) -> dict[str, Any]:
        by = self.shop
        means = Means(
            staying=lambda: Staying(by.tokens, by.people, by.ledger, POLICY, lambda: by.now),
            choosing=lambda: Choosing(by.tokens, by.people, by.ledger, POLICY, lambda: by.now),
            confirming=lambda: by.confirming,
            collecting=lambda: by.counter.collecting,
            proving=lambda: Proving(by.tokens, by.log, by.evidence, POLICY, "", lambda: by.now),
        )
        event = {
            "version": "2.0",
            "routeKey": f"{method} /{page.replace('TOKEN', '{token}')}",
            "rawPath": f"/{page.replace('TOKEN', secret)}",
            "headers": {"accept-language": "fr", "content-type": "application/x-www-form-urlencoded"},
            "pathParameters": {"token": secret},
            "requestContext": {"domainName": "abc.example.org", "http": {"method": method}},
            "body": body,
            "isBase64Encoded": False,
            **more,
        }
        take = answering(lambda: POLICY.controller)(lambda asked: answer(asked, means))
        return take(event, None)

    def state(self) -> object:
        by = self.shop
        return copy.deepcopy((
            by.log.cases,
            by.tokens.held,
            {under: sorted(facts) for under, facts in by.ledger.partitions.items()},
            sorted(by.office.packages.held),
            by.post.taken,
        ))  # fmt: skip

    def says_nothing(self, reply: dict[str, Any]) -> None:
        told = repr(reply)
        assert not [word for word in (*CANARIES, CAMILLE, BENOIT, self.code) if word in told]


def _asked_for_a_document(by: Shop, case: str) -> None:
    said = {"items": ("access",), "level": "L3", "reason": "two people share the mailbox", "doubt": True}
    by.does(Step(Kind.IDENTITY_ASKED, by.now, DPO, said=said), case)
    by.settles()


def build() -> Street:
    by = shop(on_file=True)
    by.arrives(message(by, CAMILLE, ASKS, subject="Bonjour"))
    by.presses_links_of(CAMILLE)
    by.arrives(message(by, BENOIT, ASKS, subject="Bonjour"))
    by.arrives(message(by, "doubtful@example.org", ASKS, subject="Bonjour"))
    _asked_for_a_document(by, "IM-2026-000003")
    links = {
        "confirm": by.secret(case="IM-2026-000002"),
        "document": by.secret("IDENTITY_L3", case="IM-2026-000003"),
        "answer": by.counter.secret(),
        CHOICES: PSEUDONYMS.token(CHOICES, CAMILLE, "2026-12-23"),
        STAY: PSEUDONYMS.token(STAY, CAMILLE, "2026-12-23"),
    }
    for purpose in (CHOICES, STAY):
        token = Token(purpose, email(), "a1", by.now + timedelta(days=60))
        by.tokens.issue(token_digest(links[purpose]), token)
    return Street(by, links, by.counter.code)


@pytest.fixture(scope="module")
def built() -> Street:
    return build()


@pytest.fixture
def street(built: Street) -> Iterator[Street]:
    """The same for every attack, since none changes anything."""
    before = built.state()
    yield built
    assert built.state() == before


def pressed(street: Street, page: str) -> str:
    """What the page's own button sends."""
    return urlencode({"code": street.code, "lang": "fr"}) if page == "answer" else "lang=fr"


def test_every_page_is_attacked() -> None:
    assert {route.split("/")[1] for route in ROUTES} == set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_19_a_scanner_that_opens_the_link_with_any_method_presses_nothing(street: Street, page: str) -> None:
    link = street.links[page]
    for _ in range(3):
        street.says_nothing(street.asks("GET", f"{page}/TOKEN", link))
    for method in ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "ANY", "post", ""):
        reply = street.asks(method, f"{page}/TOKEN", link, body=pressed(street, page))
        assert (reply["statusCode"], reply["body"]) == (404, ""), method
    # a method that only a header, a field or a query names is none
    for more in (
        {"headers": {"x-http-method-override": "POST", "content-type": "application/x-www-form-urlencoded"}},
        {"queryStringParameters": {"_method": "POST", "lang": "fr", "code": street.code}},
        {"requestContext": {"http": {"method": "POST"}}},
    ):
        street.asks("GET", f"{page}/TOKEN", link, body=f"_method=POST&{pressed(street, page)}", **more)


@pytest.mark.parametrize("page", PAGES)
def test_19_a_link_opens_its_own_page_alone(street: Street, page: str) -> None:
    for of, link in street.links.items():
        if of == page:
            continue
        for method in ("GET", "POST"):
            wrong = street.asks(method, f"{page}/TOKEN", link, body=pressed(street, page))
            assert wrong == street.asks(method, f"{page}/TOKEN", NEVER, body=pressed(street, page))


FOREIGN: dict[str, Callable[[str], str]] = {
    "empty": lambda _: "",
    "one_letter_less": lambda link: link[1:],
    "one_letter_more": lambda link: link + "A",
    "another_case": str.swapcase,
    "backwards": lambda link: link[::-1],
    "its_digest": token_digest,
    "percent_encoded": lambda link: "".join(f"%{ord(letter):02x}" for letter in link),
    "with_padding": lambda link: f"{link}=",
    "with_a_line": lambda link: f"{link}\n",
    "with_a_nul": lambda link: f"{link}\0",
    "a_path_up": lambda link: f"../confirm/{link}",
    "a_path_behind": lambda link: f"{link}/done",
    "a_query": lambda link: f"{link}?lang=fr",
    "a_table_s_key": lambda link: f"token#{token_digest(link)}",
    "an_address": lambda _: CAMILLE,
    "a_case": lambda _: "IM-2026-000001",
    "full_width": lambda link: link.translate({ord("A") + n: ord("Ａ") + n for n in range(26)}) + "Ａ",
    "a_surrogate": lambda link: link[:-1] + "\ud800",
    "a_thousand_times": lambda link: link * 1_000,
    "a_tag": lambda _: "<script>alert(1)</script>",
}


@pytest.mark.parametrize("forge", FOREIGN.values(), ids=FOREIGN)
def test_19_whatever_is_no_link_of_ours_is_answered_as_a_link_that_never_was(
    street: Street, forge: Callable[[str], str]
) -> None:
    for page, link in street.links.items():
        for method in ("GET", "POST"):
            reply = street.asks(method, f"{page}/TOKEN", forge(link), body=pressed(street, page))
            assert reply == street.asks(method, f"{page}/TOKEN", NEVER, body=pressed(street, page)), page
            assert "<script>" not in str(reply["body"])


BODIES: dict[str, str] = {
    "nothing": "",
    "another_language": "lang=de",
    "twice": "lang=fr&lang=fr",
    "more_than_the_button": "lang=fr&address=thief@evil.example",
    "json": '{"lang": "fr"}',
    "a_part": "lang=f",
    "a_line_more": "lang=fr\r\n",
    "letters_beyond_ascii": "lang=fr&ç",
    "a_list": "lang[]=fr",
    "encoded_names": "l%61ng=fr&%63ode",
    "a_megabyte": "lang=fr&x=" + "x" * 1_000_000,
    "above_every_limit": "x" * 300_000,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_19_what_no_button_of_ours_sends_is_refused_without_a_word(street: Street, body: str) -> None:
    for page in ("confirm", CHOICES, STAY, "answer"):
        for encoded in (False, True):
            sent = base64.b64encode(body.encode()).decode() if encoded else body
            reply = street.asks(
                "POST", f"{page}/TOKEN", street.links[page], body=sent, isBase64Encoded=encoded
            )
            assert (reply["statusCode"] in {400, 413}, reply["body"]) == (True, ""), page


def test_19_a_body_that_says_it_is_base64_and_is_none_is_refused(street: Street) -> None:
    for page in ("confirm", CHOICES, STAY, "answer"):
        reply = street.asks(
            "POST", f"{page}/TOKEN", street.links[page], body="lang=fr!", isBase64Encoded=True
        )
        assert (reply["statusCode"], reply["body"]) == (400, ""), page


HEADERS: dict[str, dict[str, str]] = {
    "another_host": {"host": "evil.example", "x-forwarded-host": "evil.example"},
    "forwarded": {"forwarded": "host=evil.example;proto=http", "x-forwarded-proto": "http"},
    "a_language_that_is_a_tag": {"accept-language": "<script>alert(1)</script>"},
    "a_language_without_end": {"accept-language": "fr," * 10_000},
    "an_origin": {"origin": "https://evil.example", "referer": "https://evil.example/?x"},
    "a_cookie": {"cookie": "session=1; role=dpo", "authorization": "Bearer x"},
    "a_rewritten_path": {"x-original-url": "/confirm/x", "x-rewrite-url": "/operator/people/lookups"},
}


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
def test_35_no_header_changes_what_a_page_says_or_where_it_leads(
    street: Street, headers: dict[str, str]
) -> None:
    for page, link in street.links.items():
        reply = street.asks("GET", f"{page}/TOKEN", link, headers=headers)
        plain = street.asks("GET", f"{page}/TOKEN", link)
        assert "evil.example" not in repr(reply)
        assert "<script>" not in repr(reply)
        if "accept-language" not in headers:
            other = street.asks("GET", f"{page}/TOKEN", link, headers={})
            assert reply in (plain, other), page


def test_35_no_page_is_kept_indexed_framed_or_told_of_to_others(street: Street) -> None:
    for page, link in street.links.items():
        headers = street.asks("GET", f"{page}/TOKEN", link)["headers"]
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "default-src 'none'" in headers["content-security-policy"]


def test_19_every_link_dies_of_age() -> None:
    street = build()
    street.shop.now += timedelta(days=91)
    for page, link in street.links.items():
        for method in ("GET", "POST"):
            late = street.asks(method, f"{page}/TOKEN", link, body=pressed(street, page))
            assert late == street.asks(method, f"{page}/TOKEN", NEVER, body=pressed(street, page)), page


def test_19_five_guesses_at_the_code_close_the_copy_also_for_whoever_knows_it() -> None:
    street = build()
    link, wrong = street.links["answer"], urlencode({"code": "2222-2222", "lang": "fr"})
    for _ in range(5):
        street.asks("POST", "answer/TOKEN", link, body=wrong)
    right = street.asks("POST", "answer/TOKEN", link, body=pressed(street, "answer"))
    assert right == street.asks("POST", "answer/TOKEN", NEVER, body=pressed(street, "answer"))
    assert not [step for step in street.shop.case().steps if step.kind is Kind.COLLECTED]


def test_19_a_replayed_confirmation_is_answered_as_a_link_that_never_was() -> None:
    street = build()
    link = street.links["confirm"]
    first = street.asks("POST", "confirm/TOKEN", link, body="lang=fr")
    assert first != street.asks("POST", "confirm/TOKEN", NEVER, body="lang=fr")
    after = street.state()
    again = street.asks("POST", "confirm/TOKEN", link, body="lang=fr")
    assert again == street.asks("POST", "confirm/TOKEN", NEVER, body="lang=fr")
    assert street.state() == after


def test_20_a_press_is_what_it_says_and_touches_nobody_else() -> None:
    """The buttons work: or else that nothing happens above would say nothing."""
    street = build()
    for page in ("confirm", CHOICES, "answer"):
        before = street.state()
        reply = street.asks("POST", f"{page}/TOKEN", street.links[page], body=pressed(street, page))
        assert reply["statusCode"] in {200, 303}
        assert street.state() != before, page
        assert THIEF not in repr(street.state())
