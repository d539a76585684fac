"""`privacy requests preview|export|approve|send-back`: what was drafted as an answer, and a person's word on it."""

import argparse
import hashlib
import io
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from cli.commands.operator_calls import DPO, STAFF, Desk, desk
from cli.commands.request_calls import Described, do, number, patiently, told
from cli.local.trouble import Trouble

#: The lines that `privacy requests --help` has of them.
TOLD = """\
  privacy requests preview IM-2026-000123             what would be done, as it was drafted (--unpack DIR: read it)
  privacy requests export IM-2026-000123 -o FILE      the sealed package, byte for byte what would be sent
  privacy requests approve IM-2026-000123 --digest 3f5a9c0b1d2e     what `preview` shows, and nothing else
  privacy requests send-back IM-2026-000123 --reason "…"            it is not right: draft it anew
"""
#: So many digits of a digest are enough to say which draft is meant.
SHORTEST = 12
#: Where a draft may still be approved.
WAITING = "awaiting_approval"

type Kind = Callable[..., argparse.ArgumentParser]


def take_answers(kind: Kind) -> None:
    """kind: adds a command of `privacy requests`."""
    shown = kind("preview", "what would be done, as it was drafted", _preview)
    shown.add_argument(
        "--unpack", type=Path, metavar="DIR", help="put the package's files there, to read them"
    )
    exported = kind("export", "the sealed package, byte for byte what would be sent", _export)
    exported.add_argument(
        "-o", "--output", type=Path, metavar="FILE", required=True, help="where to write it"
    )
    approved = kind("approve", "let what `preview` shows be done", _approve)
    approved.add_argument("--digest", required=True, help=f"of the draft, {SHORTEST} digits of it or all")
    approved.add_argument("--reason", default="", help="why it may go as it is, where others may be in it")
    back = kind("send-back", "it is not right: draft it anew", _send_back)
    back.add_argument("--reason", required=True, help="what is not right")
    for parser in (shown, exported, approved, back):
        parser.add_argument("--item", help="which of the rights asked for, where several are drafted")


# --- to look


def _preview(arguments: argparse.Namespace) -> int:
    from cli.commands.drafts_page import drafts_page
    from cli.commands.ink import ink_for

    drafts = _drafts(arguments, package=arguments.unpack is not None)
    print(drafts_page(number(arguments.request), drafts, ink_for(sys.stdout)))
    if arguments.unpack is not None:
        for draft in drafts:
            if draft["link"]:
                _unpack(_fetched(draft), arguments.unpack / draft["item"])
    return 0


def _export(arguments: argparse.Namespace) -> int:
    draft = _one([each for each in _drafts(arguments, package=True) if each["link"]], "is a package")
    content = _fetched(draft)
    _write(arguments.output, content)
    print(
        f"{arguments.output}: {len(content):,} bytes. It is somebody's data: delete it when you need it no more."
    )
    return 0


def _drafts(arguments: argparse.Namespace, *, package: bool = False) -> Sequence[Described]:
    asked: dict[str, object] = {"request": number(arguments.request), "package": package}
    if arguments.item:
        asked["item"] = arguments.item
    found: Mapping[str, Any] = patiently(desk(arguments, STAFF), "/operator/requests/previews", asked)
    drafts: Sequence[Described] = found["drafts"]
    return drafts


def _fetched(draft: Described) -> bytes:
    """The package, once it is known to be the one that was sealed."""
    from cli.commands.posting import get

    answer = get(draft["link"])
    if not answer.accepted:
        raise Trouble(f"the package could not be fetched ({answer.status}): try again")
    if hashlib.sha256(answer.body).hexdigest() != draft["digest"]:
        raise Trouble("what lies there is not what was drafted: approve nothing, and have it drafted anew")
    return answer.body


def _unpack(content: bytes, into: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = [PurePosixPath(name) for name in package.namelist()]
        if any(name.is_absolute() or ".." in name.parts for name in names):
            raise Trouble("the package would be written elsewhere: fetch it with `export`")
        for name in names:
            _write(into / name, package.read(str(name)))
    first = next((name for name in ("index.html", "README.txt") if PurePosixPath(name) in names), names[0])
    print(f"{into}: {len(names)} files; begin with {first}. Delete them when you have read them.")


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_bytes(content)
    except OSError as error:
        raise Trouble(f"{path} cannot be written: {error.strerror}") from None


# --- to decide


def _approve(arguments: argparse.Namespace) -> int:
    digest = arguments.digest.strip().lower().rstrip("…")
    if len(digest) < SHORTEST:
        raise Trouble(
            f"which draft? --digest has {SHORTEST} digits at least: `privacy requests preview` shows it"
        )
    waiting = _waiting(arguments)
    named = [each for each in waiting if each["digest"].startswith(digest)]
    if not named:
        raise Trouble("nothing of this digest waits for approval: look again with `privacy requests preview`")
    draft = _one(named, "has this digest")
    approved = do(
        _desk_for(draft, arguments),
        "/operator/requests/approvals",
        request=number(arguments.request),
        item=draft["item"],
        digest=draft["digest"],
        reason=arguments.reason,
    )
    return told(approved, "Approved")


def _send_back(arguments: argparse.Namespace) -> int:
    if not arguments.reason.strip():
        raise Trouble("what is not right? --reason says so")
    draft = _one(_waiting(arguments), "waits for approval")
    back = do(
        desk(arguments, STAFF),
        "/operator/requests/decisions",
        request=number(arguments.request),
        decision="send_back",
        item=draft["item"],
        reason=arguments.reason,
    )
    return told(back, "Sent back")


def _waiting(arguments: argparse.Namespace) -> list[Described]:
    return [each for each in _drafts(arguments) if each["state"] == WAITING]


def _desk_for(draft: Described, arguments: argparse.Namespace) -> Desk:
    return desk(arguments, DPO if draft.get("approved_by") == "dpo" else STAFF)


def _one(drafts: Sequence[Described], what: str) -> Described:
    if not drafts:
        raise Trouble(f"nothing in this case {what}")
    if len(drafts) > 1:
        raise Trouble(f"which one? --item {'|'.join(each['item'] for each in drafts)}")
    return drafts[0]
