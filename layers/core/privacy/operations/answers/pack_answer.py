"""Write an answer down as one sealed package: what is sent is, byte for byte, what somebody approved (G17-G22, G27).

The package is a zip that streams to its store while it is made, and the same input makes the same bytes: every date in
it is the dossier's. Its digest is what an approval names; its manifest has the digest of each file. Making it needs no
more memory for fifty thousand records than for five hundred.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from privacy.domain.answer_words import AnswerWords
from privacy.domain.clocks import PARIS
from privacy.domain.dossier import SECTIONS, Dossier, Record, Section, Why
from privacy.domain.policy import Policy
from privacy.domain.portability import limited, portable
from privacy.domain.recipients import Recipient
from privacy.operations.answers.answer_data import data, points
from privacy.operations.answers.answer_page import Page
from privacy.operations.answers.answer_schema import ACCESS, PORTABILITY, schema_of
from privacy.operations.answers.answer_tables import columns_in, table
from privacy.operations.answers.spooling import records_of
from privacy.operations.answers.tell_article15 import purposes_of, tell_article15
from privacy.ports.answers import MailCopies, PackageStore, Sink, Spool


@dataclass(frozen=True, slots=True)
class Packed:
    """One file of the package."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A package that lies ready. digest: SHA-256 of all its bytes, in hex: what an approval names.

    review: by section, how many records a person has to look at before it goes, and why (G20). missing: files that were
    not there any more. limited: some of it stays behind because only the law keeps it (E113); a person explains that.
    """

    name: str
    digest: str
    size: int
    files: tuple[Packed, ...]
    records: int
    review: Mapping[str, Mapping[Why, int]]
    missing: tuple[str, ...] = ()
    limited: bool = False

    @property
    def third_party_data(self) -> bool:
        return bool(self.review or self.missing)


def intact(name: str, digest: str, packages: PackageStore) -> bool:
    """Whether what lies there is what was sealed, byte for byte. Asked again right before it is handed out."""
    pieces = packages.pieces(name)
    if pieces is None:
        return False
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.hexdigest() == digest


@dataclass(frozen=True, slots=True)
class Packing:
    """What packages are made with."""

    packages: PackageStore
    mails: MailCopies
    policy: Policy
    recipients: Sequence[Recipient]


def pack_access(
    name: str, dossier: Dossier, *, address: str, spool: Spool, words: AnswerWords, packing: Packing
) -> Sealed:
    """The answer to an access request: page, data, tables, messages (G17-G22). Raises ProviderUnavailable.

    name: of the package in its store. address: whom it was made for. spool: what the dossier was collected into.
    """
    information = tell_article15(dossier, policy=packing.policy, recipients=packing.recipients, words=words)
    held = _held(dossier, spool, packing.policy, lambda record: record)
    with packing.packages.writing(name) as sink:
        package = _Package(sink, dossier.collected_at)
        missing = tuple(_messages(dossier, packing.mails, package))
        page = Page(
            dossier=dossier,
            address=address,
            information=information,
            policy=packing.policy,
            words=words,
            sections=held,
            empty=[section for section in SECTIONS if section.id not in {s.id for s, _, _ in held}],
            missing=missing,
        )
        package.add("index.html", page.write())
        header = _header(ACCESS, dossier, address, packing.policy, words) | {
            "information": points(information)
        }
        _machine_readable(package, ACCESS, header, held, words)
        package.close()
    return package.sealed(name, dossier, missing=missing)


def pack_portability(
    name: str, dossier: Dossier, *, address: str, spool: Spool, words: AnswerWords, packing: Packing
) -> Sealed:
    """What somebody may take along, as JSON and CSV with a schema (G27). Raises ProviderUnavailable."""
    cut = _Cut()
    held = _held(dossier, spool, packing.policy, cut.of)
    held = [each for each in held if any(True for _ in each[2]())]
    with packing.packages.writing(name) as sink:
        package = _Package(sink, dossier.collected_at)
        header = _header(PORTABILITY, dossier, address, packing.policy, words)
        _machine_readable(package, PORTABILITY, header, held, words)
        readme = [
            words.say("page", "readme_portability"),
            *([words.say("page", "limited")] if cut.limited else []),
        ]
        package.add("README.txt", [("\n\n".join(readme) + "\n").encode()])
        package.close()
    return package.sealed(name, dossier, limited=cut.limited, review=cut.review)


@dataclass(slots=True)
class _Cut:
    """The portable part of records, and what came of cutting."""

    limited: bool = False
    review: dict[str, dict[Why, int]] = field(default_factory=dict)

    def of(self, record: Record) -> Record | None:
        self.limited = self.limited or limited(record)
        kept = portable(record)
        if kept is not None and kept.reviewed:
            self.review[record.section] = dict.fromkeys(kept.reviewed, 1)
        return kept


type _Held = list[tuple[Section, tuple[str, ...], Callable[[], Iterator[Record]]]]


def _held(dossier: Dossier, spool: Spool, policy: Policy, cut: Callable[[Record], Record | None]) -> _Held:
    """The sections that hold something, each with its purposes and a way to read its records again and again."""

    def reading(section: Section) -> Callable[[], Iterator[Record]]:
        def read() -> Iterator[Record]:
            return (kept for record in records_of(section.id, spool) if (kept := cut(record)) is not None)

        return read

    return [
        (section, tuple(purpose.name for purpose in purposes_of(section, policy)), reading(section))
        for section in SECTIONS
        if section.id in dossier.tallies and dossier.tallies[section.id].count
    ]


def _header(
    kind: str, dossier: Dossier, address: str, policy: Policy, words: AnswerWords
) -> dict[str, object]:
    return {
        "format": f"imera-{kind}",
        "version": 1,
        "language": words.language.value,
        "controller": {
            "name": policy.controller.legal_name or policy.controller.name,
            "address": policy.controller.address,
            "contact": policy.controller.contact,
        },
        "made_for": address,
        "request_received_at": dossier.as_of.isoformat(),
        "collected_at": dossier.collected_at.isoformat(),
        "policy_version": policy.version,
    }


def _machine_readable(
    package: _Package, kind: str, header: Mapping[str, object], held: _Held, words: AnswerWords
) -> None:
    package.add("data.json", data(header, held, words))
    schema = json.dumps(schema_of(kind), ensure_ascii=False, indent=1)
    package.add(f"{kind}.schema.json", [f"{schema}\n".encode()])
    for section, _, records in held:
        package.add(f"tables/{section.id}.csv", table(records(), columns_in(records())))


def _messages(dossier: Dossier, mails: MailCopies, package: _Package) -> Iterator[str]:
    """Every raw message, as it is held; yields those that are not there any more."""
    for attachment in dossier.attachments:
        pieces = mails.pieces(attachment.mail)
        if pieces is None:
            yield attachment.path
        else:
            package.add(attachment.path, pieces)


#: How much is handed to the compressor at once: a call for each line would take longer than the line.
_AT_ONCE = 64 * 1024


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    waiting, size = [], 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= _AT_ONCE:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


class _Stream:
    """What a zip is written to: hands on and counts, keeps nothing."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes) -> int:
        self._sink.write(piece)
        self.digest.update(piece)
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here."""


class _Package:
    def __init__(self, sink: Sink, made_at: datetime) -> None:
        self._stream = _Stream(sink)
        self._zip = ZipFile(cast("IO[bytes]", self._stream), "w", ZIP_DEFLATED, compresslevel=6)
        self._made_at = made_at
        self._files: list[Packed] = []

    def add(self, path: str, pieces: Iterable[bytes]) -> None:
        digest, size = hashlib.sha256(), 0
        local = self._made_at.astimezone(PARIS)
        info = ZipInfo(path, (local.year, local.month, local.day, local.hour, local.minute, local.second))
        info.compress_type, info.create_system, info.external_attr = ZIP_DEFLATED, 3, 0o600 << 16
        with self._zip.open(info, "w") as entry:
            for piece in _gathered(pieces):
                entry.write(piece)
                digest.update(piece)
                size += len(piece)
        self._files.append(Packed(path, size, digest.hexdigest()))

    def close(self) -> None:
        """The manifest comes last, for it names all the others."""
        manifest = {
            "made_at": self._made_at.astimezone(UTC).isoformat(),
            "files": [{"path": f.path, "bytes": f.size, "sha256": f.sha256} for f in self._files],
        }
        self.add("manifest.json", [f"{json.dumps(manifest, ensure_ascii=False, indent=1)}\n".encode()])
        self._zip.close()

    def sealed(
        self,
        name: str,
        dossier: Dossier,
        *,
        missing: tuple[str, ...] = (),
        limited: bool = False,
        review: Mapping[str, Mapping[Why, int]] | None = None,
    ) -> Sealed:
        return Sealed(
            name=name,
            digest=self._stream.digest.hexdigest(),
            size=self._stream.size,
            files=tuple(self._files),
            records=sum(tally.count for tally in dossier.tallies.values()),
            review=dossier.review if review is None else review,
            missing=missing,
            limited=limited,
        )
