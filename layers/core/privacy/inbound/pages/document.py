"""GET /document/{token} and /document/{token}/done: the form for a document, and where the browser comes back (A6).

The file goes from the browser straight into the store, by a form that S3 checks: no function of ours ever holds it.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from urllib.parse import urlsplit

from privacy.inbound import http
from privacy.inbound.http import Event, Reply
from privacy.inbound.pages.confirm import SECRET
from privacy.inbound.pages.layout import Html, language_of, part, reply
from privacy.operations.identity.prove_identity import Became, Proving, receive_proof, upload_for
from privacy.ports.evidence import Upload


def look(event: Event, proving: Callable[[], Proving]) -> Reply:
    """Changes nothing."""
    return _form(event, proving())


def land(event: Event, proving: Callable[[], Proving]) -> Reply:
    """What S3 leads to, once it has the file. Raises RequestConflict."""
    secret, by, language = http.path_parameter(event, "token"), proving(), language_of(event)
    became = receive_proof(secret, by) if SECRET.fullmatch(secret) else Became.OVER
    match became:
        case Became.RECEIVED:
            return reply(part("document_received", language), language, by.policy.controller)
        case Became.UNFIT | Became.NOTHING:
            return _form(event, by, again=True)
        case Became.OVER:
            return reply(part("expired", language), language, by.policy.controller)


def _form(event: Event, by: Proving, *, again: bool = False) -> Reply:
    secret, language = http.path_parameter(event, "token"), language_of(event)
    landing = f"{_pages(event, by)}/document/{secret}/done?lang={language.value}"
    wanted = upload_for(secret, landing, by) if SECRET.fullmatch(secret) else None
    if wanted is None:
        return reply(part("expired", language), language, by.policy.controller)
    page = "document_again" if again else "document_of_parent" if wanted.of_parent else "document"
    values: dict[str, str | Html] = {"url": wanted.form.url, "fields": _hidden(wanted.form)}
    to = urlsplit(wanted.form.url)
    return reply(
        part(page, language, values),
        language,
        by.policy.controller,
        sends_to=f"{to.scheme}://{to.netloc}",
    )


def _hidden(form: Upload) -> Html:
    """S3 reads no field that comes after the file."""
    return Html(
        "\n".join(
            f'<input type="hidden" name="{escape(name, quote=True)}" value="{escape(value, quote=True)}">'
            for name, value in form.fields.items()
        )
    )


def _pages(event: Event, by: Proving) -> str:
    """Where S3 sends the browser back to: the gateway itself says under which name it was called."""
    return by.pages or f"https://{event['requestContext']['domainName']}"
