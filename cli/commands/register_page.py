"""The register as pages to read: one outline, written for a terminal or as an HTML file (G34)."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from textwrap import wrap
from typing import Any, NamedTuple

from cli.commands.ink import Ink, plain
from cli.commands.register_words import WORDS, Words
from privacy.domain.gaps import Gap, gap_in_words
from privacy.domain.letter import Language

type Described = Mapping[str, Any]

WIDTH = 100
LABEL = 24

_STYLE = """
:root{color-scheme:light}
body{margin:0 auto;max-width:56rem;padding:1.5rem;color:#1b1b1b;background:#fff;font:1rem/1.5 Georgia,serif}
h1{font-size:1.8rem;line-height:1.2}
h2{font-size:1.35rem;margin:2em 0 .4em;border-bottom:2px solid #1b1b1b}
h3{font-size:1.08rem;margin:1.4em 0 .3em}
dl{display:grid;grid-template-columns:14rem 1fr;gap:.15em 1em;margin:.2em 0}
dt{color:#4a4a4a}
dd{margin:0}
ul{margin:0;padding-left:1.2rem}
@media print{body{max-width:none;padding:0;font-size:10pt}h3,dl{break-inside:avoid-page}}
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


class Block(NamedTuple):
    """rows: a label each, empty for none, with what stands there; several make a list."""

    title: str
    rows: Sequence[tuple[str, Sequence[str]]]


class Chapter(NamedTuple):
    title: str
    blocks: Sequence[Block]


def text_page(register: Described, ink: Ink) -> str:
    """Return the register for a terminal."""
    return "\n".join(_text(register, ink))


def html_page(register: Described) -> str:
    """Return the register as a file of its own, without script or anything from elsewhere."""
    words = WORDS[register["language"]]
    title = escape(words["title"])
    chapters = "\n".join(line for chapter in outline(register) for line in _html(chapter))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(register["language"])}">\n<head>\n<meta charset="utf-8">\n'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{_HASH}'\">\n"
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n<p>{escape(_made(register))}</p>\n"
        f"{chapters}\n</main>\n</body>\n</html>\n"
    )


def outline(register: Described) -> list[Chapter]:
    """Return everything that the page says, in its order."""
    words = WORDS[register["language"]]
    recipients = [_recipient(recipient, register, words) for recipient in register["recipients"]]
    partners = (words["partners"], [*register["partners"]] or [words["no_partners"]])
    return [
        Chapter(words["controller"], [_controller(register, words)]),
        Chapter(words["activities"], [_activity(a, register, words) for a in register["activities"]]),
        Chapter(words["recipients"], [*recipients, Block("", [partners])]),
        Chapter(words["outside"], [_outside(activity, words) for activity in register["outside"]]),
        Chapter(words["fields"], [_form(form, words) for form in register["fields"]]),
        Chapter(words["measures"], [Block("", [("", [m["text"] for m in register["measures"]])])]),
        Chapter(words["gaps"], [Block("", [("", _gaps(register) or [words["no_gaps"]])])]),
        Chapter(words["counts"], [Block("", _counts(register["counts"], words))]),
    ]


def _made(register: Described) -> str:
    policy = register["policy"]
    made = WORDS[register["language"]]["made"]
    return made.format(on=register["on"], version=policy["version"], digest=policy["digest"][:12])


def _controller(register: Described, words: Words) -> Block:
    told = register["controller"]
    rows = {
        "name": told["legal_name"] or told["name"],
        "siren": told["siren"],
        "address": told["address"],
        "dpo": told["dpo"],
        "contact": told["contact"],
    }
    return Block("", [(words[name], [said or words["untold"]]) for name, said in rows.items()])


def _activity(activity: Described, register: Described, words: Words) -> Block:
    names = {recipient["id"]: recipient["name"] for recipient in register["recipients"]}
    rows = [
        (words["basis"], [f"Art. {activity['basis']}"]),
        (words["promises"], [", ".join(activity["promises"])]),
        (words["subjects"], [", ".join(activity["subjects"])]),
        (words["categories"], [category["name"] for category in activity["categories"]]),
        (words["to"], [names[id_] for id_ in activity["recipients"]]),
        (words["retention"], [_kept(rule, words) for rule in activity["retention"]]),
    ]
    return Block(activity["name"], rows)


def _kept(rule: Described, words: Words) -> str:
    law = words["at_least" if rule["law"] == "minimum" else "at_most"]
    return words["kept"].format(**{**rule, "law": law})


def _recipient(recipient: Described, register: Described, words: Words) -> Block:
    names = {c["id"]: c["name"] for activity in register["activities"] for c in activity["categories"]}
    rows = [
        (words["role"], [words.get(recipient["role"], recipient["role"])]),
        (words["country"], [recipient["country"]]),
        (words["operations"], [recipient["operations"]]),
        (words["gets"], [names[id_] for id_ in recipient["categories"] if id_ in names]),
        (words["transfer"], [recipient["transfer"] or words["no_transfer"]]),
        (words["contract"], [recipient["contract_signed_on"] or words["untold"]]),
    ]
    return Block(recipient["name"], rows)


def _outside(activity: Described, words: Words) -> Block:
    rows = [
        (words["basis"], [f"Art. {activity['basis']} ({', '.join(activity['promises'])})"]),
        (words["categories"], [activity["data"]]),
        (words["retention"], [activity["keep"]]),
        (words["objection"], [activity["objection"]]),
        (words["operated_by"], [activity["operated_by"] or words["untold"]]),
    ]
    return Block(activity["name"], rows)


def _form(form: Described, words: Words) -> Block:
    rows = [(words[name], [form[name]]) for name in ("required", "optional", "without")]
    return Block(form["form"], rows)


def _gaps(register: Described) -> list[str]:
    language = Language(register["language"])
    return [gap_in_words(Gap(**gap), language) for gap in register["gaps"]]


def _counts(counts: Described | None, words: Words) -> list[tuple[str, Sequence[str]]]:
    if counts is None:
        return [("", [words["no_counts"]])]
    return [(words[name], _counted(said)) for name, said in counts.items()]


def _counted(said: int | Mapping[str, int]) -> list[str]:
    if isinstance(said, int):
        return [f"{said}"]
    return [f"{name}: {number}" for name, number in said.items()] or ["0"]


def _text(register: Described, ink: Ink) -> Iterator[str]:
    yield ink.bold(WORDS[register["language"]]["title"])
    yield ink.grey(_made(register))
    for chapter in outline(register):
        yield ""
        yield ink.bold(chapter.title.upper())
        for block in chapter.blocks:
            if block.title:
                yield ""
                yield f"  {ink.bold(plain(block.title))}"
            for label, said in block.rows:
                yield from _row(label, said)


def _row(label: str, said: Sequence[str]) -> Iterator[str]:
    """The label beside the first line; one that is too long for that has a line of its own."""
    if label and len(label) >= LABEL:
        yield f"  {label}"
        label = ""
    for text in said:
        lines = wrap(plain(text), WIDTH - LABEL - 4, initial_indent="- " if len(said) > 1 else "") or [""]
        for line in lines:
            yield f"  {label:<{LABEL}}{line}".rstrip()
            label = ""


def _html(chapter: Chapter) -> Iterator[str]:
    yield f"<h2>{escape(chapter.title)}</h2>"
    for block in chapter.blocks:
        if block.title:
            yield f"<h3>{escape(block.title)}</h3>"
        labelled = [row for row in block.rows if row[0]]
        yield from (_listed(said) for label, said in block.rows if not label)
        if labelled:
            rows = "".join(f"<dt>{escape(label)}</dt><dd>{_listed(said)}</dd>" for label, said in labelled)
            yield f"<dl>{rows}</dl>"


def _listed(said: Sequence[str]) -> str:
    if len(said) == 1:
        return escape(said[0])
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in said)}</ul>"
