"""HTML into the text that a reader sees: without what is hidden, each paragraph on a line, quotes behind `> `.

Nothing is fetched, nothing is run. The tree is justhtml's (MIT, plain Python): of the parsers measured it alone is
small and stays linear on hostile input; what no mail program writes is not given to it at all.
"""

from __future__ import annotations

import html
import re
from typing import Any

from privacy.inbound.mail_hidden import PLAIN, Look, Sheets
from privacy.inbound.mail_limits import CHARACTERS_A_TAG, FEW_TAGS, MAX_HTML, MAX_TAGS

_BLOCKS = frozenset(
    re.findall(
        "[a-z0-9]+",
        """address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure
        footer form h1 h2 h3 h4 h5 h6 header hr li main menu nav ol p pre section summary table tbody tfoot thead
        tr ul""",
    )
)
_CELLS = frozenset({"td", "th"})
#: What shows no text of the writer's, whatever stands in it.
_UNSEEN = frozenset(
    re.findall(
        "[#a-z-]+",
        """script title template noscript object embed applet iframe frame frameset select textarea svg math audio
        video canvas meta link base param source track area map datalist #comment #processing-instruction""",
    )
)
#: Formatting without attributes changes no text, and is what parsers take longest over.
_BARE = re.compile(r"</?(?:b|i|u|em|strong|small|big|s|strike|tt|code|nobr)\s*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>?")
#: Conditional comments of Outlook among them.
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_STYLE_SHEET = re.compile(r"<(style|script|title)\b[^<>]*>.*?(?:</\1|\Z)", re.DOTALL | re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")


def text_of(source: str) -> tuple[str, bool]:
    """The text, and whether it was read as a reader would see it; else its tags were only cut out."""
    if len(source) > MAX_HTML:
        return text_of(source[:MAX_HTML])[0], False
    plain = _BARE.sub("", source)
    tags = plain.count("<")
    if tags > MAX_TAGS or (tags > FEW_TAGS and tags * CHARACTERS_A_TAG > len(plain)):
        return _cut(source), False
    import justhtml  # a quarter of a second, for those who write in HTML

    return _Reading().text(justhtml.JustHTML(plain, sanitize=False).root), True


def _cut(source: str) -> str:
    without = _TAG.sub(" ", _STYLE_SHEET.sub(" ", _COMMENT.sub(" ", source)))
    return _SPACES.sub(" ", html.unescape(without)).strip()


class _Reading:
    """One walk over the tree, without recursion."""

    def __init__(self) -> None:
        self._told: list[str] = []
        self._sheets = Sheets()

    def text(self, root: Any) -> str:
        # (node, how it looks), or what to write where one has ended
        waiting: list[Any] = [(root, PLAIN)]
        while waiting:
            item = waiting.pop()
            if isinstance(item, str):
                self._told.append(item)
                continue
            node, look = item
            name = node.name
            if name == "#text":
                self._told.append(_seen(node.data, look))
            elif name == "br":
                self._told.append("\n")
            elif name == "style":
                self._sheets.add("".join(str(child.data) for child in node.children or ()))
            elif name == "head":
                waiting.extend((child, look) for child in node.children or () if child.name == "style")
            elif name not in _UNSEEN:
                self._enter(node, look, waiting)
        return _laid_out("".join(self._told))

    def _enter(self, node: Any, look: Look, waiting: list[Any]) -> None:
        name = node.name
        attributes = node.attrs or {}
        if attributes:
            look = look.with_attributes(attributes, self._sheets)
            if look.hidden:
                return
        if name == "pre":
            look = look._replace(preformatted=True)
        if name == "blockquote":
            self._told.append("\n" + _QUOTE)
            waiting.append("\n" + _UNQUOTE)
        elif name in _BLOCKS:
            self._told.append("\n")
            waiting.append("\n\n" if name == "p" else "\n")
        elif name in _CELLS:
            waiting.append(" ")
        elif name == "img" and attributes.get("alt"):
            self._told.append(" ")  # what it shows instead is no text of the writer's
        waiting.extend((child, look) for child in reversed(node.children or ()))


#: Characters of the private use area, which no text of a writer's keeps.
_QUOTE, _UNQUOTE, _KEPT_LINE, _KEPT_SPACE = "\ue000", "\ue001", "\ue002", "\ue003"
_MARKS = str.maketrans(dict.fromkeys((_QUOTE, _UNQUOTE, _KEPT_LINE, _KEPT_SPACE), ""))
_KEPT = str.maketrans({"\n": _KEPT_LINE, " ": _KEPT_SPACE, "\t": _KEPT_SPACE})
_INVISIBLE = str.maketrans(dict.fromkeys("\u00ad\u034f\u200b\u200c\u200d\u2060\ufeff", ""))
_DEEPEST_QUOTE = 10


def _seen(data: object, look: Look) -> str:
    told = str(data or "").translate(_MARKS)
    return told.translate(_KEPT) if look.preformatted else _SPACES.sub(" ", told)


def _laid_out(told: str) -> str:
    """Spaces and empty lines as a reader sees them; lines of a quote begin with `> ` as often as they are quoted."""
    lines: list[str] = []
    depth = 0
    for line in told.replace(_KEPT_LINE, "\n").split("\n"):
        depth += line.count(_QUOTE) - line.count(_UNQUOTE)
        shown = _SPACES.sub(" ", line.translate(_INVISIBLE).replace(_QUOTE, "").replace(_UNQUOTE, "")).strip()
        shown = shown.replace(_KEPT_SPACE, " ")
        if shown or (lines and lines[-1].strip("> ")):
            lines.append("> " * min(max(depth, 0), _DEEPEST_QUOTE) + shown)
    return "\n".join(line.rstrip() for line in lines).strip("\n")
