"""An answer as a page that anybody can read, print and keep (G15, G17-G19): one file, without script, picture or
anything from elsewhere. Whatever a stranger may have typed is text and stays text.
"""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import nlargest

from privacy.domain.answer_words import AnswerWords
from privacy.domain.article15 import Information
from privacy.domain.dossier import WITHHELD, Dossier, Record, Section, Store, Why
from privacy.domain.policy import Policy
from privacy.operations.answers.answer_values import flattened, plain

#: Records of one section that the page shows, the latest; all of them are in the section's table and in data.json.
SHOWN = 500

_STYLE = """
:root{color-scheme:light}
body{margin:0 auto;max-width:52rem;padding:1.5rem;color:#1b1b1b;background:#fff}
body{font:1rem/1.55 Georgia,"Times New Roman",serif}
h1{font-size:1.9rem;line-height:1.2;margin:.2em 0 .4em}
h2{font-size:1.4rem;margin:2.2em 0 .5em;border-bottom:2px solid #1b1b1b;padding-bottom:.2em}
h3{font-size:1.12rem;margin:1.8em 0 .3em}
p,li{max-width:44rem}
a{color:#0b4f8a}
a:focus{outline:3px solid #0b4f8a;outline-offset:2px}
.skip{position:absolute;left:-99rem}
.skip:focus{position:static}
.note{color:#4a4a4a;font-size:.92rem}
.important{border-left:4px solid #0b4f8a;padding:.3em 0 .3em 1em;margin:1.5em 0}
.record{border:1px solid #b9b9b9;border-radius:.3rem;margin:.7em 0;padding:.5em 1em;break-inside:avoid}
dl{display:grid;grid-template-columns:minmax(9rem,15rem) 1fr;gap:.15em 1em;margin:.2em 0}
dt{color:#4a4a4a}
dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}
ul{padding-left:1.4rem}
nav ul{list-style:none;padding-left:0}
nav ul ul{columns:2 14rem;padding-left:1.4rem}
@media (max-width:34rem){dl{display:block}dd{margin-bottom:.4em}}
@media print{body{max-width:none;padding:0;font-size:10pt}a{color:inherit;text-decoration:none}.skip,nav{display:none}}
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"

_NO_DATE = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Page:
    """What the page is made of.

    address: whom it was made for. sections: those that hold something, with what each is for and its records. empty:
    the others. missing: files that are not there any more.
    """

    dossier: Dossier
    address: str
    information: Information
    policy: Policy
    words: AnswerWords
    sections: Sequence[tuple[Section, Sequence[str], Callable[[], Iterator[Record]]]]
    empty: Sequence[Section]
    missing: Collection[str] = ()

    def write(self) -> Iterator[bytes]:
        """The file, piece by piece."""
        for part in self._parts():
            yield part.encode("utf-8", "replace")

    def _parts(self) -> Iterator[str]:
        say, controller = self.words.say, self.policy.controller
        title = text(say("page", "title", controller=controller.name))
        yield (
            f'<!DOCTYPE html>\n<html lang="{self.words.language.value}">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="robots" content="noindex">\n<meta name="referrer" content="no-referrer">\n'
            f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        )
        yield f'<a class="skip" href="#data">{text(say("page", "skip"))}</a>\n<header>\n<h1>{title}</h1>\n'
        yield f"<p>{text(say('page', 'for_whom', address=self.address))}</p>\n"
        received, collected = self.dossier.as_of, self.dossier.collected_at
        made = say(
            "page", "made_on", received=self.words.instant(received), collected=self.words.instant(collected)
        )
        identity = ", ".join(
            part for part in (controller.legal_name or controller.name, controller.address) if part
        )
        yield f'<p class="note">{text(made)}</p>\n<p class="note">{text(identity)}</p>\n</header>\n'
        yield from self._contents()
        yield "<main>\n"
        yield from self._confirmation()
        yield from self._article15()
        yield from self._data()
        yield "</main>\n<footer>\n"
        for key, given in (
            ("policy_version", {"version": self.policy.version}),
            ("contact", {"contact": controller.contact}),
        ):
            yield f'<p class="note">{text(say("page", key, **given))}</p>\n'
        yield "</footer>\n</body>\n</html>\n"

    def _contents(self) -> Iterator[str]:
        say = self.words.say
        yield f'<nav aria-label="{text(say("page", "contents"))}">\n<ul>\n'
        for place in ("confirmation", "information", "data"):
            title = self._confirmation_title if place == "confirmation" else say("page", place)
            yield f'<li><a href="#{place}">{text(title)}</a>'
            if place == "data" and self.sections:
                yield "<ul>"
                for section, _, _ in self.sections:
                    yield f'<li><a href="#{section.id}">{text(self.words.sections[section.id].title)}</a></li>'
                yield "</ul>"
            yield "</li>\n"
        yield "</ul>\n</nav>\n"

    @property
    def _confirmation_title(self) -> str:
        return self.words.say("page", "confirmation_none" if self.dossier.empty else "confirmation")

    def _confirmation(self) -> Iterator[str]:
        say = self.words.say
        yield f'<h2 id="confirmation">{text(self._confirmation_title)}</h2>\n'
        yield f"<p>{text(say('page', 'nothing' if self.dossier.empty else 'confirmed'))}</p>\n"
        yield f"<p>{text(say('page', 'files'))}</p>\n"
        yield f'<p class="important">{text(say("page", "security"))}</p>\n'

    def _article15(self) -> Iterator[str]:
        yield f'<h2 id="information">{text(self.words.say("page", "information"))}</h2>\n'
        for point in self.information.values():
            yield f"<h3>{text(point.title)}</h3>\n"
            if len(point.lines) == 1:
                yield f"<p>{text(point.lines[0])}</p>\n"
            else:
                yield "<ul>\n" + "".join(f"<li>{text(line)}</li>\n" for line in point.lines) + "</ul>\n"

    def _data(self) -> Iterator[str]:
        say = self.words.say
        yield f'<h2 id="data">{text(say("page", "data"))}</h2>\n'
        for section, purposes, records in self.sections:
            yield from self._section(section, purposes, records())
        if self.empty:
            names = ", ".join(self.words.sections[section.id].title for section in self.empty)
            yield f'<p class="note">{text(say("page", "empty_sections", sections=names))}</p>\n'

    def _section(self, section: Section, purposes: Iterable[str], records: Iterable[Record]) -> Iterator[str]:
        words, say = self.words.sections[section.id], self.words.say
        count = self.dossier.tallies[section.id].count
        yield f'<section aria-labelledby="{section.id}">\n<h3 id="{section.id}">{text(words.title)}</h3>\n'
        yield f"<p>{text(words.what)} ({text(self.words.count(count))})</p>\n"
        if used := say("page", "between").join(say("purposes", name) for name in purposes):
            yield f'<p class="note">{text(self._labelled(say("page", "purposes"), used))}.</p>\n'
        latest = nlargest(SHOWN, records, key=lambda record: record.at or _NO_DATE)
        if count > SHOWN:
            part = say("page", "part", shown=SHOWN, count=count, file=f"tables/{section.id}.csv")
            yield f"<p>{text(part)}</p>\n"
        for record in latest:
            yield '<div class="record">\n<dl>\n'
            for name, value in self._lines(section, record):
                yield f"<dt>{text(name)}</dt><dd>{text(value)}</dd>\n"
            yield f'</dl>\n<p class="note">{text(self._about(record))}</p>\n</div>\n'
        yield "</section>\n"

    def _lines(self, section: Section, record: Record) -> Iterator[tuple[str, str]]:
        """(what it is called, what it is) of each value; then of what is not handed out, and why."""
        currency = record.said.get("currency")
        shown: Mapping[str, object] = record.said
        if section.id == "profile" and isinstance(shown.get("field"), str):
            yield (
                self.words.field(section.id, str(shown["field"])),
                self.words.value("value", record.said["value"]),
            )
        else:
            for name, value in flattened(record.said):
                yield self.words.field(section.id, name), self.words.value(name, value, currency)
        if record.file:
            gone = record.file in self.missing
            yield (
                self.words.field(section.id, "file"),
                self._why("file", Why.MISSING) if gone else record.file,
            )
        for name, why in sorted(record.notes.items()):
            if why in WITHHELD:
                called = self.words.field(section.id, name) if name else self.words.say("page", "withheld")
                yield called, self._why(name, why)

    def _why(self, name: str, why: Why) -> str:
        said = self.words.say("why", why.value)
        return self._labelled(self.words.say("page", "withheld"), said) if name else said

    def _labelled(self, name: str, value: str) -> str:
        return self.words.say("page", "labelled", name=name, value=value)

    def _about(self, record: Record) -> str:
        """Where it comes from, of when it is, until when it is kept."""
        say = self.words.say
        told = [self._labelled(say("page", "from_source"), say("sources", record.source))]
        if record.at is not None:
            told.append(self._labelled(say("page", "dated"), self.words.instant(record.at)))
        if record.until is not None:
            gone_on = f"{self.words.day(record.until)} ({record.rule})"
            told.append(self._labelled(say("page", "kept_until"), gone_on))
        elif record.rule:
            told.append(self._labelled(say("page", "rule"), record.rule))
        if record.store is Store.ARCHIVE:
            told.append(say("page", "archive"))
        return " · ".join(told)


def text(value: str) -> str:
    """As it may stand between tags and in an attribute: none of it is markup, and nothing turns what is around it."""
    return html.escape(plain(value), quote=True)
