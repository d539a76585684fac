"""Parts that are cut from a stored message, because nobody asked for them (E75) or nobody should open them (E52).

Everything else stays byte for byte as it was, and doing it twice changes nothing more. Signatures over the message
break; what they proved is in the verdicts already.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from privacy.inbound.mail_body import body
from privacy.inbound.mail_changes import Change, changed
from privacy.inbound.mail_parts import Part, structure

_NOTE_TYPE = b'Content-Type: text/plain; charset=us-ascii; name="removed.txt"\r\n'
#: Of a message that was nothing else, so that the note does not read as what was written.
_WHOLE_TYPE = b'Content-Type: application/x-removed; name="removed.txt"\r\n'
_NOTE_DISPOSITION = b'Content-Disposition: attachment; filename="removed.txt"\r\n'
_NOTE = b"\r\nPiece retiree par imera : elle n'avait pas ete demandee.\r\nRemoved by imera: nobody asked for it.\r\n"
_OF_THE_PART = frozenset({"content-type", "content-transfer-encoding", "content-disposition"})


def without_parts(raw: bytes, indexes: Collection[int]) -> bytes:
    """The message with a note instead of these attachments; the others keep their indexes."""
    attached = body(raw, structure(raw)).attached
    changes: list[Change] = []
    for index, part in enumerate(attached):
        if index in indexes:
            changes += _note_instead(part) if part.depth == 0 else [_whole_note(raw, part)]
    return changed(raw, changes)


def _whole_note(raw: bytes, part: Part) -> Change:
    # the line end before a delimiter is the delimiter's; at the end of a message that was cut short it is ours
    note = (_NOTE_TYPE + _NOTE_DISPOSITION + _NOTE).removesuffix(b"\r\n")
    return Change(part.start, part.end, note + (b"\r\n" if part.end == len(raw) else b""))


def _note_instead(part: Part) -> Iterator[Change]:
    """Of a message that is nothing but the attachment: its other headers stay."""
    for field in part.headers.fields:
        if field.name in _OF_THE_PART:
            yield Change(field.start, field.end, b"")
    at = part.headers.fields[-1].end if part.headers.fields else part.start
    yield Change(at, part.end, _WHOLE_TYPE + _NOTE_DISPOSITION + _NOTE)
