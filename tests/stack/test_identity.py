"""Identity in the running back office: a challenge answered from its page, a document sent straight into its bucket."""

from __future__ import annotations

import re
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from cli.local.backoffice import CONTACT, BackOffice
from cli.main import main
from privacy.domain.request import Item, State
from privacy.domain.request_fold import fold
from privacy.domain.request_steps import Kind
from privacy.outbound.dynamodb_requests import DynamoRequests

PDF = b"%PDF-1.7\nname and address, the rest is masked\n"


class Form(HTMLParser):
    """Where a page's form leads, and its hidden fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action, self.fields = "", {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self.action = said.get("action") or ""
        elif tag == "input" and said.get("type") == "hidden":
            self.fields[str(said["name"])] = str(said.get("value"))


@pytest.fixture
def privacy(office: BackOffice, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def run(*arguments: str) -> str:
        assert main(["requests", *arguments, "--state", str(office.state.root)]) == 0
        return capsys.readouterr().out

    return run


def asks(office: BackOffice, who: str) -> str:
    """The number of the case."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = who, CONTACT, "Mes données"
    message.set_content("Bonjour, je souhaite savoir quelles données vous avez sur moi.")
    office.send_mail(message, sender=who)
    office.wait_until_idle(60)
    return letter(office, who, "ack")[0]


def letter(office: BackOffice, who: str, name: str) -> tuple[str, str]:
    """The case of the letter of that name, and its link where it has one."""
    for kept in office.shop.ask("ses", "state")["letters"]:
        tag = next(iter(kept["tags"].values()), "")
        if kept["recipients"][0] == who and f"_{name}-" in tag:
            raw = (office.state.outbox / kept["file"]).read_bytes()
            text = message_from_bytes(raw, policy=policy.default).get_content()  # type: ignore[attr-defined]
            link = re.search(r"https?://\S+/(?:confirm|document)/\S+", text)
            return tag.partition("_")[0], link[0] if link else ""
    raise AssertionError(f"{who} got no {name}")


def item(office: BackOffice, case: str) -> Item:
    steps = DynamoRequests(office.aws("dynamodb"), "imera-privacy-requests").steps(case)
    (found,) = fold(case, steps).items
    return found


def page(url: str, form: dict[str, str] | None = None) -> str:
    body = urlencode(form).encode() if form is not None else None
    with urlopen(Request(url, data=body), timeout=30) as answer:
        said: str = answer.read().decode()
        return said


def test_a_challenge_is_answered_from_its_page_and_looking_at_it_answers_nothing(office: BackOffice) -> None:
    case = asks(office, "challenged@example.fr")
    _, link = letter(office, "challenged@example.fr", "identity_l1")
    assert "<form" in page(link)
    assert item(office, case).state is State.IDENTITY_PENDING
    assert "Merci" in page(link, {"lang": "fr"})
    assert item(office, case).identity == "L1"
    assert "<form" not in page(link)


def test_a_document_goes_straight_into_the_bucket_and_away_with_the_decision(
    office: BackOffice, privacy: Callable[..., str]
) -> None:
    office.shop.register_webhooks(office.base_url, office.secrets)
    office.shop.ask("mailchimp", "act", {"act": "signup", "email": "documented@example.fr", "wait": True})
    office.wait_until_idle(60)
    case = asks(office, "documented@example.fr")
    privacy("identify", case, "--level", "L3", "--reason", "deux personnes se partagent la boîte")
    office.wait_until_idle(60)
    _, link = letter(office, "documented@example.fr", "identity_l3")
    form = Form(page(link))
    assert "Merci" in upload(form, PDF)
    office.wait_until_idle(60)
    told = privacy("proof", case)
    assert f"{len(PDF)} bytes" in told
    with urlopen(told.split()[-1], timeout=30) as answer:
        assert answer.read() == PDF
    privacy("verify", case, "--level", "L3", "--reason", "name and address fit")
    assert item(office, case).identity == "L3"
    assert privacy("proof", case) == "No document is there.\n"
    steps = DynamoRequests(office.aws("dynamodb"), "imera-privacy-requests").steps(case)
    assert {Kind.PROOF_ARRIVED, Kind.PROOF_DELETED} <= {step.kind for step in steps}


def upload(form: Form, content: bytes) -> str:
    """As a browser sends the form; the page that it is led to."""
    edge = "----edge"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in form.fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
    parts.append(head.encode() + b"Content-Type: application/pdf\r\n\r\n" + content + b"\r\n")
    body = b"".join(parts) + f"--{edge}--\r\n".encode()
    asked = Request(form.action, data=body, headers={"Content-Type": f"multipart/form-data; boundary={edge}"})
    with urlopen(asked, timeout=30) as answer:
        said: str = answer.read().decode()
        return said
