"""`privacy mail`: write to contact@ of the local back office, as any mail program does."""

import argparse
import re
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import localtime, make_msgid, parseaddr
from pathlib import Path

from cli.commands.files import content_of
from cli.commands.office import DEFAULT_STATE, NOT_RUNNING, local_office
from cli.local.ports import HERE
from cli.local.trouble import Trouble

NAME = "mail"
HELP = "write to contact@ of the local back office"
DESCRIPTION = """\
Hand messages to contact@'s server, which the local back office runs, by SMTP as any mail program does.

  privacy mail events/mail/*.eml                       messages as they are, each from the mailbox in its From
  privacy mail --from lea@example.org --subject "Mes données" --text "Quelles données avez-vous sur moi ?"

`privacy requests` and `privacy outbox` say what became of them. Exit status 1 where one was not taken.
"""

CONTACT = "contact@imera-paris.com"
PATIENCE = 60.0


@dataclass(frozen=True)
class Outgoing:
    """One message, and who the server is told sends it: nobody, for a report about a letter that did not arrive."""

    name: str
    sender: str
    raw: bytes


def take(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="*", help="messages (.eml), or - for standard input")
    parser.add_argument("--from", dest="sender", metavar="ADDRESS", help="who writes what --text says")
    parser.add_argument("--subject", default="", help="of what --text says")
    parser.add_argument("--text", help="a message of one's own")
    parser.add_argument(
        "--to", default=CONTACT, help=f"another address than {CONTACT}: contact+IM-…@ of a case"
    )
    parser.add_argument(
        "--state",
        type=Path,
        default=DEFAULT_STATE,
        metavar="DIR",
        help="where the local back office keeps its data (default: .local)",
    )


def run(arguments: argparse.Namespace) -> int:
    if bool(arguments.files) == (arguments.text is not None):
        raise Trouble('name files with messages, or say --from ADDRESS --text "…"')
    messages = list(_messages(arguments))
    port = local_office(arguments.state).smtp_port
    refused = 0
    for message in messages:
        answer = _sent(message, arguments.to, port)
        refused += bool(answer)
        print(f"{f'not taken: {answer}' if answer else 'taken'}  {message.name}", flush=True)
    return 1 if refused else 0


def _messages(arguments: argparse.Namespace) -> Iterator[Outgoing]:
    if arguments.text is not None:
        if "@" not in (arguments.sender or ""):
            raise Trouble("who writes? --from lea@example.org")
        yield Outgoing(arguments.sender, arguments.sender, _written(arguments))
    for name in arguments.files:
        yield _read(name)


def _written(arguments: argparse.Namespace) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = arguments.sender, arguments.to
    message["Subject"] = " ".join(arguments.subject.split())
    message["Date"], message["Message-ID"] = localtime(), make_msgid(domain="client.example.fr")
    message.set_content(arguments.text)
    return message.as_bytes(policy=policy.SMTP)


def _read(name: str) -> Outgoing:
    raw = re.sub(rb"\r?\n", b"\r\n", content_of(name))
    head = message_from_bytes(raw[:65536])
    if not head.keys():
        raise Trouble(f"{name} is no message: it begins with lines like From: lea@example.org")
    report = head.get_content_type() == "multipart/report"
    return Outgoing(name, "" if report else parseaddr(str(head["From"] or ""))[1], raw)


def _sent(message: Outgoing, to: str, port: int) -> str:
    """What the server said where it did not take the message; else empty. Raises Trouble where there is none."""
    try:
        with smtplib.SMTP(HERE, port, local_hostname="client.example.fr", timeout=PATIENCE) as server:
            server.sendmail(message.sender, [to], message.raw)
    except smtplib.SMTPRecipientsRefused as refusal:
        return _words(*refusal.recipients[to])
    except smtplib.SMTPResponseException as refusal:
        return _words(refusal.smtp_code, refusal.smtp_error)
    except (OSError, smtplib.SMTPException):
        raise Trouble(NOT_RUNNING) from None
    return ""


def _words(code: int, said: bytes | str) -> str:
    return f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
