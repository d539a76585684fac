"""What follows on a letter: people press its button and collect their answer, operators look at drafts and approve."""

from __future__ import annotations

import io
import json
import re
import urllib.parse
import urllib.request
import zipfile
from http.client import HTTPResponse

from cli.commands.outbox_files import Sent, letters
from cli.demo.stage import Stage
from cli.local.shop import PATIENCE
from cli.local.trouble import Trouble


def confirm(stage: Stage, address: str) -> str:
    """They open the page behind their challenge, and press its button."""
    page = _link(stage, address, "confirm")
    with _ask(page):
        pass  # looking changes nothing
    with _ask(page, lang="fr"):
        stage.office.wait_until_idle(PATIENCE)
    return stage.case_of(address)


def approve(stage: Stage, address: str) -> str:
    """`privacy requests preview`, and `approve` with the digest that it shows."""
    case = stage.case_of(address).partition(":")[0]
    shown = stage.operator("requests", "preview", case)
    digest = re.search(r"digest +([0-9a-f]{64})", shown)
    if digest is None:
        raise Trouble(f"nothing of {case} waits for approval")
    stage.operator("requests", "approve", case, "--digest", digest[1])
    stage.office.wait_until_idle(PATIENCE)
    return "\n".join([*_told(shown), "approved by its digest", stage.case_of(address)])


def collect(stage: Stage, address: str) -> str:
    """They open the link of one letter, and type the code of the other."""
    page, code = _link(stage, address, "answer"), _code(stage, address)
    with _ask(page, lang="fr", code=code) as answer:
        package = zipfile.ZipFile(io.BytesIO(answer.read()))
    data = json.loads(package.read("data.json"))
    records = sum(len(section["records"]) for section in data["sections"])
    named = ", ".join(sorted(name for name in package.namelist() if "/" not in name))
    tables = sum(name.startswith("tables/") for name in package.namelist())
    return f"{len(package.namelist())} files: {named}, {tables} tables; {records} records"


def ask_providers(stage: Stage, address: str) -> str:
    """What the providers' stand-ins have of the address when they are asked directly, and what stays here."""
    stripe = json.dumps(stage.office.shop.ask("stripe", "state")["objects"]["customer"])
    at_stripe = "still there" if address in stripe else "nothing of the address is left"
    known = stage.look_up(address)["person"]
    stays = "what accounts and deliveries need" if known else "nothing but the refusal"
    return f"Mailchimp: {stage.mailchimp(address)}; Stripe: {at_stripe}; here: {stays}"


def _told(shown: str) -> list[str]:
    """What a draft comes to: its package, or what goes and what stays, with the longest that it stays."""
    package = re.search(r"package +(.+)", shown)
    if package is not None:
        return [f"a sealed package of {package[1]}"]
    goes, _, stays = shown.partition("  stays")
    listed = [
        len(re.findall(r"\(R\d+[^)]*\)", part[part.find("  goes") if place == 0 else 0 :]))
        for place, part in enumerate((goes, stays))
    ]
    until = max(re.findall(r"through (\d{4}-\d{2}-\d{2})", stays), default="")
    return [
        f"{listed[0]} kinds of records go, {listed[1]} stay{f', the last until {until}' if until else ''}"
    ]


def _link(stage: Stage, address: str, path: str) -> str:
    found = re.search(rf"https?://\S+/{path}/[\w-]+", _letter(stage, address, f"/{path}/"))
    if found is None:
        raise Trouble(f"no letter to {address} leads to /{path}")
    return found[0]


def _code(stage: Stage, address: str) -> str:
    found = re.search(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$", _letter(stage, address, "code"), re.MULTILINE)
    if found is None:
        raise Trouble(f"no letter to {address} has a code")
    return found[0]


def _letter(stage: Stage, address: str, *having: str) -> str:
    """The text of their latest letter that has all of these in it."""
    for path in letters(stage.office.state.outbox):
        sent = Sent.of(path, {}, whole=True)
        if sent.headers["To"] == address and all(text in sent.text for text in having):
            if "code" in having and re.search(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$", sent.text, re.MULTILINE) is None:
                continue
            return sent.text
    return ""


def _ask(page: str, **fields: str) -> HTTPResponse:
    form = urllib.parse.urlencode(fields).encode() if fields else None
    answer: HTTPResponse = urllib.request.urlopen(page, data=form, timeout=PATIENCE)  # noqa: S310
    return answer
