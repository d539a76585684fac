"""The pages that letters lead to, in a real Chromium: in French and in English, without JavaScript, by keyboard alone,
without anything from elsewhere, and with no fault that axe-core finds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from email.parser import BytesParser
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from cli.commands.register_page import html_page
from privacy import policy as policies
from privacy.domain.letter import Language
from privacy.domain.request import State
from privacy.domain.request_steps import Kind, Step
from privacy.domain.rights import Right
from privacy.inbound.http import Reply
from privacy.inbound.pages.layout import Html, part, reply
from privacy.operations.register.compose_register import compose_register
from privacy.policy import recipients, register
from privacy.ports.evidence import Upload
from tests.answering import MemoryPackages
from tests.browser.site import Server, pages, serving
from tests.fakes import MemoryEvidence
from tests.golden import GOLDEN
from tests.handing_over import Counter
from tests.identifying import House
from tests.requesting import DPO, POLICY, asks, mail
from tests.telling import CAMILLE, session
from tests.unit.inbound import test_choices_page, test_pages

pytestmark = pytest.mark.browser

WORDS = files("privacy.inbound.pages")
#: Every page that there is; what has no heading is a piece of one.
PAGES = sorted(
    path.name.removesuffix(".html") for path in (WORDS / "fr").iterdir() if "<h1>" in path.read_text()
)
#: What a page may be filled with, as its module does.
SAMPLES: dict[str, str | Html] = {
    "asked_on": "lundi 5 avril 2027",
    "fields": Html('<input type="hidden" name="key" value="x">'),
    "left": "3",
    "length": "3 ans",
    "problem": Html(""),
    "rights": Html("<li>recevoir une copie de vos données</li>"),
    "url": "https://store.example/",
    "wording": "Je souhaite continuer à recevoir les actualités et les offres.",
}
PDF = b"%PDF-1.7\n% a made-up document\n"


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    with ExitStack() as stack:
        yield lambda handle: stack.enter_context(serving(handle))


@pytest.fixture(params=["fr", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def reader(browser: Browser, language: str) -> Iterator[Page]:
    """Somebody who reads that language, and whose browser runs no script."""
    context = browser.new_context(java_script_enabled=False, locale=language, accept_downloads=True)
    yield context.new_page()
    context.close()


def press(page: Page) -> None:
    """The button, and the page that it leads to."""
    reach_button(page)
    with page.expect_event("load"):
        page.keyboard.press("Enter")


def reach_button(page: Page) -> None:
    """By keyboard alone: from one thing to the next, in their order."""
    for _ in range(12):
        if page.locator("main button:focus").count():
            return
        page.keyboard.press("Tab")
    raise AssertionError("no button is reached by the keyboard")


def words(page: Page) -> str:
    return page.locator("main").inner_text()


def asked_for(server: Server) -> list[str]:
    """What the browser asked for besides the pages themselves, and the picture that every browser asks for."""
    theirs = re.compile(r"/(stay|choices|confirm|document|answer)/.*|/favicon\.ico")
    return [heard.path for heard in server.heard if not theirs.fullmatch(heard.path)]


@dataclass
class Store:
    """Where packages lie and documents go: S3's part of it, at an address of its own."""

    url: str = ""
    documents: dict[str, bytes] = field(default_factory=dict)
    packages: MemoryPackages = field(default_factory=MemoryPackages)

    def take(self, event: dict[str, Any]) -> Reply:
        """A form's file, which leads back to the page that it names; or a package."""
        if event["requestContext"]["http"]["method"] == "GET":
            name = event["rawPath"].removeprefix("/packages/")
            kind = {"content-type": "application/zip", "content-disposition": "attachment"}
            return {"statusCode": 200, "headers": kind, "body": self.packages.held[name]}
        head = f"Content-Type: {event['headers']['content-type']}\r\n\r\n"
        whole: Any = BytesParser().parsebytes((head + event["body"]).encode("latin-1"))
        fields = {
            str(each.get_param("name", header="content-disposition")): each.get_payload(decode=True)
            for each in whole.get_payload()
        }
        assert [*fields][-1] == "file", "S3 reads no field after the file"
        self.documents[fields["key"].decode()] = fields["file"]
        return {
            "statusCode": 303,
            "headers": {"location": fields["success_action_redirect"].decode()},
            "body": "",
        }


class Documents(MemoryEvidence):
    """EvidenceStore, whose forms lead to a store that a browser reaches."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.held = store.documents
        self.store = store

    def upload(self, name: str, *, largest: int, seconds: int, landing: str) -> Upload:
        return (
            super()
            .upload(name, largest=largest, seconds=seconds, landing=landing)
            ._replace(url=self.store.url)
        )


class Packages(MemoryPackages):
    """PackageStore, whose links lead there."""

    store: Store

    def link(self, name: str, seconds: int) -> str:
        return f"{self.store.url}/packages/{name}?seconds={seconds}"


@pytest.fixture
def store(serve: Callable[..., Server]) -> Store:
    store = Store()
    store.url = serve(store.take).url
    return store


# --- what every page has


@pytest.fixture(scope="module")
def small(browser: Browser) -> Iterator[Page]:
    """A telephone's screen, on which axe-core can run."""
    page = browser.new_page(viewport={"width": 320, "height": 640})
    yield page
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_fault_that_axe_finds_fits_a_small_screen_and_asks_for_nothing_else(
    small: Page, serve: Callable[..., Server], language: str, name: str
) -> None:
    text = (WORDS / language / f"{name}.html").read_text()
    values = {key: SAMPLES[key] for key in Template(text).get_identifiers()}
    if "problem" in values:
        values["problem"] = part("answer_wrong", Language(language), {"left": "3"}).content
    said = reply(part(name, Language(language), values), Language(language), POLICY.controller)
    server, faults = serve(lambda _: said), list[str]()
    small.on("console", lambda message: faults.append(message.text))
    small.goto(server.url)
    found = Axe().run(small)
    assert found.violations_count == 0, found.generate_report()
    assert small.evaluate("document.documentElement.scrollWidth") <= 320, "read without scrolling sideways"
    assert small.evaluate("document.documentElement.lang") == language
    assert small.locator("h1").count() == 1
    assert {heard.path for heard in server.heard} <= {"/", "/favicon.ico"}
    assert faults == []


def test_the_other_language_is_one_press_away_and_says_the_same(
    serve: Callable[..., Server], reader: Page, language: str
) -> None:
    site = test_pages.Site()
    server = serve(pages(staying=site.staying))
    reader.goto(f"{server.url}/stay/{test_pages.SECRET}")
    first = reader.locator("html").get_attribute("lang")
    reader.keyboard.press("Tab")
    with reader.expect_event("load"):
        reader.keyboard.press("Enter")
    assert {first, reader.locator("html").get_attribute("lang")} == {"fr", "en"}
    assert first == language
    assert reader.locator("main button").count() == 1


# --- each page by hand


def test_a3_whoever_presses_the_button_of_a_renewal_letter_stays(
    serve: Callable[..., Server], reader: Page, language: str
) -> None:
    site = test_pages.Site()
    server = serve(pages(staying=site.staying))
    reader.goto(f"{server.url}/stay/{test_pages.SECRET}")
    assert site.opt_ins == []
    press(reader)
    assert [fact.group("consent")["language"] for fact in site.opt_ins] == [language]
    assert reader.locator("main button").count() == 0
    assert asked_for(server) == []


def test_p20_whoever_presses_the_button_of_their_choices_gets_no_more_offers(
    serve: Callable[..., Server], reader: Page, language: str
) -> None:
    site = test_choices_page.Site()
    server = serve(pages(choosing=site.choosing))
    reader.goto(f"{server.url}/choices/{test_choices_page.SECRET}")
    assert site.withdrawals == []
    press(reader)
    assert len(site.withdrawals) == 1
    done = words(reader)
    assert ("plus d'offres" if language == "fr" else "no more offers") in done
    reader.goto(f"{server.url}/choices/{test_choices_page.SECRET}")
    assert reader.locator("main button").count() == 0


def test_e96_a_challenge_is_confirmed_by_its_button_and_not_by_looking(
    serve: Callable[..., Server], reader: Page, language: str
) -> None:
    house = House(known={CAMILLE})
    house.brings(mail(), asks(Right.ACCESS))
    house.works()
    server = serve(pages(confirming=lambda: house.confirming))
    reader.goto(f"{server.url}/confirm/{house.secret()}")
    assert house.item("access").state is State.IDENTITY_PENDING
    press(reader)
    assert house.item("access").state is not State.IDENTITY_PENDING
    reader.goto(f"{server.url}/confirm/{house.secret()}")
    assert reader.locator("main button").count() == 0


def test_r13_a_document_goes_from_the_browser_straight_into_the_store(
    serve: Callable[..., Server], reader: Page, store: Store, tmp_path: Path
) -> None:
    house = House(known={CAMILLE}, evidence=Documents(store))
    house.brings(mail(), asks(Right.ACCESS))
    house.works()
    said = {"items": ("access",), "level": "L3", "reason": "two people share the mailbox", "doubt": True}
    house.does(Step(Kind.IDENTITY_ASKED, house.now, DPO, said=said))
    house.works()
    server = serve(pages(proving=lambda: replace(house.proving, pages=server.url)))
    document = tmp_path / "proof.pdf"
    document.write_bytes(PDF)
    reader.goto(f"{server.url}/document/{house.secret('IDENTITY_L3')}")
    reader.locator("input[type=file]").set_input_files(document)
    press(reader)
    assert [*store.documents.values()] == [PDF]
    assert all(PDF not in heard.body for heard in server.heard), "no function of ours holds it"
    assert reader.locator("main form").count() == 0
    assert Kind.PROOF_ARRIVED in {step.kind for step in house.case().steps}
    assert asked_for(server) == []


def test_t18_an_answer_is_collected_with_its_code_after_a_wrong_one(
    serve: Callable[..., Server], reader: Page, store: Store
) -> None:
    counter = Counter()
    counter.office.packages = store.packages = Packages()
    store.packages.store = store
    counter.office.hears(session("2026-03-01"))
    counter.asked(Right.ACCESS).answers()
    counter.writes("ACCESS_ANSWER")
    counter.writes("ANSWER_CODE")
    server = serve(pages(collecting=lambda: counter.collecting))
    reader.goto(f"{server.url}/answer/{counter.secret()}")
    reader.locator("#code").fill("WRNGWRNG")
    press(reader)
    assert reader.locator("[role=alert]").count() == 1
    reader.locator("#code").fill(counter.code.lower())
    reach_button(reader)
    with reader.expect_download() as download:
        reader.keyboard.press("Enter")
    draft = counter.case.draft("access")
    assert draft is not None
    assert download.value.path().read_bytes() == store.packages.held[draft.text("name")]
    assert counter.case.steps[-1].kind is Kind.COLLECTED
    assert asked_for(server) == []


# --- what they keep and open at home


@pytest.mark.parametrize("kept", ["the answer", "the register"])
def test_a_file_that_is_handed_out_opens_without_a_fault_and_without_anything_else(
    browser: Browser, language: str, kept: str, tmp_path: Path
) -> None:
    path = GOLDEN / f"answers/{language}.html"
    if kept == "the register":
        policy, known = policies.load(), recipients.load()
        made = compose_register(
            policy, known, register.load(policy, known), Language(language), on=date(2027, 3, 8)
        )
        path = tmp_path / "register.html"
        path.write_text(html_page(made))
    page, asked = browser.new_page(), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    found = Axe().run(page)
    page.close()
    assert found.violations_count == 0, found.generate_report()
    assert asked == [path.as_uri()]
