"""HTML into the text that a reader sees: without what is hidden, each paragraph on a line, quotes behind `> `.

Nothing is fetched, nothing is run. justhtml (MIT, plain Python) reads the tags, and only that is asked of it: a tree by
the standard's rules takes longer than its size on hostile input, in every parser measured (docs/performance.md).
What is open at a time is kept here, and has an end.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Mapping

from privacy.inbound.mail_hidden import PLAIN, Look, Sheets
from privacy.inbound.mail_limits import (
    CHARACTERS_A_TAG,
    CHARACTERS_AN_ENTITY,
    FEW_TAGS,
    LONGEST_TAG,
    MAX_HTML,
    MAX_HTML_DEPTH,
    MAX_TAGS,
    MAX_TEXT,
)


def _names(told: str) -> frozenset[str]:
    return frozenset(told.split())


_BLOCKS = _names(
    """address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hr li main menu nav ol p pre section summary table tbody tfoot thead tr ul"""
)
_CELLS = _names("td th")
#: What never shows its text.
_UNSEEN = _names("script style title template iframe noembed noframes datalist")
_VOID = _names("area base br col embed hr img input link meta param source track wbr")

#: A tag that opens ends what is open of these, unless one of the others stands between.
_ENDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    **dict.fromkeys(
        _BLOCKS - _names("body tbody tfoot thead tr"), (_names("p"), _names("table td th button"))
    ),
    "li": (_names("li p"), _names("ul ol menu table td th")),
    **dict.fromkeys(("dd", "dt"), (_names("dd dt p"), _names("dl table td th"))),
    **dict.fromkeys(_CELLS, (_CELLS, _names("table"))),
    "tr": (_names("tr"), _names("table")),
    **dict.fromkeys(("tbody", "thead", "tfoot"), (_names("tbody thead tfoot"), _names("table"))),
}

_TAG = re.compile(r"<[^<>]*>?")
_LONG_TAG = re.compile(rf"<[^<>]{{{LONGEST_TAG}}}")
#: A picture within the text.
_PICTURE = re.compile(r"data:[a-z]{1,20}/[a-z0-9.+-]{1,40};base64,[A-Za-z0-9+/=\s]*+")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_RAW_TEXT = re.compile(r"<(style|script|title)\b[^<>]*>.*?(?:</\1|\Z)", re.DOTALL | re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")


def text_of(source: str) -> tuple[str, bool]:
    """The text, and whether it was read as a reader would see it; else its tags were only cut out."""
    if len(source) > MAX_HTML:
        return text_of(source[:MAX_HTML])[0], False
    source = _PICTURE.sub("", source)
    if _is_nobodys(source):
        return _cut(source), False
    from justhtml import (
        stream,
    )  # not before somebody writes in HTML: its import takes as long as our own code's

    reading = _Reading()
    for event in stream(source):
        if event[0] == "text":
            reading.text(event[1])
        elif event[0] == "end":
            reading.end(event[1])
        elif event[0] == "start" and not reading.start(*event[1]):
            return _cut(source), False
    return _laid_out("".join(reading.told)), True


def _is_nobodys(source: str) -> bool:
    """No mail program writes tags so dense, so many or so long: to read them costs more than they weigh."""
    tags, entities = source.count("<"), source.count("&")
    return (
        tags > MAX_TAGS
        or (tags > FEW_TAGS and tags * CHARACTERS_A_TAG > len(source))
        or (entities > FEW_TAGS and entities * CHARACTERS_AN_ENTITY > len(source))
        or _LONG_TAG.search(source) is not None
    )


def _cut(source: str) -> str:
    without = _TAG.sub(" ", _RAW_TEXT.sub(" ", _COMMENT.sub(" ", source)))
    return _SPACES.sub(" ", html.unescape(without[:MAX_TEXT])).strip()


class _Reading:
    """told: the text, with a mark wherever a quote begins and ends."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self._open: list[tuple[str, Look]] = []
        self._names: Counter[str] = Counter()
        self._sheets = Sheets()

    @property
    def _look(self) -> Look:
        return self._open[-1][1] if self._open else PLAIN

    def text(self, told: str) -> None:
        name, look = self._open[-1] if self._open else ("", PLAIN)
        if name == "style":
            self._sheets.add(told)
        elif not look.hidden:
            shown = _TAG.sub(" ", told) if name == "noscript" else told
            self.told.append(_seen(shown, look))

    def start(self, name: str, attributes: Mapping[str, str | None]) -> bool:
        """False where more is open than anybody nests."""
        self._end_implied(name)
        look = self._look
        if not look.hidden:
            self.told.append(_BEFORE.get(name, ""))
        if name in _VOID:
            return True
        if name == "pre":
            look = look._replace(preformatted=True)
        if name in _UNSEEN:
            look = look._replace(hidden=True)
        elif attributes and not look.hidden:
            look = look.with_attributes(attributes, self._sheets)
        if name == "blockquote" and not look.hidden:
            self.told.append(_QUOTE)
        self._open.append((name, look))
        self._names[name] += 1
        return len(self._open) <= MAX_HTML_DEPTH

    def end(self, name: str) -> None:
        if name == "br" or (name == "p" and not self._names[name]):
            self.told.append(_GAP if name == "p" else "\n")
        if self._names[name]:
            while self._pop() != name:
                pass

    def _end_implied(self, name: str) -> None:
        ended, kept = _ENDS.get(name, (_NOTHING, _NOTHING))
        if not any(self._names[one] for one in ended):
            return
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] in kept:
                return
            if self._open[place][0] in ended:
                while len(self._open) > place:
                    self._pop()

    def _pop(self) -> str:
        name, look = self._open.pop()
        self._names[name] -= 1
        if not look.hidden:
            self.told.append(_AFTER.get(name, ""))
        return name


_NOTHING: frozenset[str] = frozenset()
#: Characters of the private use area, which no text of a writer's keeps.
_QUOTE, _UNQUOTE, _KEPT_SPACE, _EDGE, _GAP = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
_BEFORE: Mapping[str, str] = {**dict.fromkeys(_BLOCKS, _EDGE), "p": _GAP, "br": "\n"}
_AFTER: Mapping[str, str] = {
    **dict.fromkeys(_BLOCKS, _EDGE),
    **dict.fromkeys(_CELLS, " "),
    "p": _GAP,
    "blockquote": _EDGE + _UNQUOTE,
}
_MARKS = str.maketrans(dict.fromkeys((_QUOTE, _UNQUOTE, _KEPT_SPACE, _EDGE, _GAP), ""))
_KEPT = str.maketrans({" ": _KEPT_SPACE, "\t": _KEPT_SPACE})
_INVISIBLE = str.maketrans(dict.fromkeys("\u00ad\u034f\u200b\u200c\u200d\u2060\ufeff", ""))
_DEEPEST_QUOTE = 10


def _seen(told: str, look: Look) -> str:
    plain = told.translate(_MARKS)
    return plain.translate(_KEPT) if look.preformatted else _SPACES.sub(" ", plain)


_ENDS_OF_LINES = re.compile(f"([\n{_EDGE}{_GAP}])")


def _laid_out(told: str) -> str:
    """Lines as a reader sees them; those of a quote begin with `> ` as often as they are quoted.

    Where an element begins or ends, a line ends if there is anything in it; a paragraph has room around it.
    """
    lines: list[str] = []
    depth = 0
    pieces = iter((*_ENDS_OF_LINES.split(told), "\n"))
    for line, end in zip(pieces, pieces, strict=True):
        depth += line.count(_QUOTE) - line.count(_UNQUOTE)
        shown = _SPACES.sub(" ", line.translate(_INVISIBLE).replace(_QUOTE, "").replace(_UNQUOTE, "")).strip()
        quoted = "> " * min(max(depth, 0), _DEEPEST_QUOTE)
        if shown:
            lines.append(quoted + shown.replace(_KEPT_SPACE, " "))
        if (end == _GAP or (end == "\n" and not shown)) and lines and lines[-1].strip("> "):
            lines.append(quoted)
    return "\n".join(line.rstrip() for line in lines).strip("\n")
