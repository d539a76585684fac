"""What HTML hides from its reader: undisplayed, of no size, out of the window, or in the colour of its background.

Hidden text is what somebody wants a machine to read and nobody else (checklist 24); it also is how newsletters carry
their preview line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

type Colour = tuple[int, int, int]

_WHITE: Colour = (255, 255, 255)
_NAMED: Mapping[str, Colour] = {
    "white": _WHITE,
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "whitesmoke": (245, 245, 245),
    "black": (0, 0, 0),
    "grey": (128, 128, 128),
    "gray": (128, 128, 128),
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "navy": (0, 0, 128),
    "yellow": (255, 255, 0),
}
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]{1,6})%?)?\s*\)")
_COLOUR_WITHIN = re.compile(r"#[0-9a-f]{3,6}|rgba?\([^)]{1,40}\)|[a-z]+")
_SEE_THROUGH = frozenset({"transparent", "none", "inherit", "initial", "unset"})
#: How far two colours may lie apart and still be one to the eye, in each of red, green and blue.
_ALIKE = 16

_LENGTH = re.compile(r"(-?[\d.]{1,8})\s*(px|pt|em|rem|%|)")
_MAX_STYLE = 2_000
_SMALLEST = 2.0  # px, pt or % of nothing that anybody reads


class Look(NamedTuple):
    """How an element looks. background: None where it is not known, as with a picture."""

    hidden: bool = False
    preformatted: bool = False
    colour: Colour | None = None
    background: Colour | None = _WHITE

    def with_attributes(self, attributes: Mapping[str, str | None], sheets: Sheets) -> Look:
        rules = sheets.of(attributes)
        rules.update(_declarations(attributes.get("style") or ""))
        colour = _colour(rules.get("color")) or _colour(attributes.get("color")) or self.colour
        ground = _background(attributes, rules, self.background)
        unseen = "hidden" in attributes or rules.get("color") == "transparent" or _are_alike(colour, ground)
        unseen = unseen or _is_undisplayed(rules) or _is_tiny(rules) or _is_outside(rules)
        return self._replace(hidden=unseen, colour=colour, background=ground)


PLAIN = Look()


class Sheets:
    """Rules of style sheets for a class or an id alone; everything else a sheet can say is not followed."""

    _RULE = re.compile(r"\s*([^{}]{1,200})\{([^{}]{0,2000})\}")
    _AT = re.compile(r"@[^{}]*\{(?:[^{}]*\{[^{}]*\})*+[^{}]*\}?")
    _COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
    _NAME = re.compile(r"[a-z0-9]*([.#])([A-Za-z0-9_-]{1,100})")
    _MOST = 100_000

    def __init__(self) -> None:
        self._rules: dict[str, dict[str, str]] = {}

    def add(self, sheet: str) -> None:
        # what holds for small screens or for printing holds for nobody here
        always = self._AT.sub("", self._COMMENT.sub("", sheet[: self._MOST]))
        for found in self._RULE.finditer(always):
            for selector in found[1].split(","):
                if named := self._NAME.fullmatch(selector.strip()):
                    self._rules.setdefault(named[1] + named[2], {}).update(_declarations(found[2]))

    def of(self, attributes: Mapping[str, str | None]) -> dict[str, str]:
        rules: dict[str, str] = {}
        if self._rules:
            for name in (attributes.get("class") or "")[:500].split():
                rules.update(self._rules.get("." + name, {}))
            rules.update(self._rules.get("#" + (attributes.get("id") or ""), {}))
        return rules


def _background(
    attributes: Mapping[str, str | None], rules: Mapping[str, str], inherited: Colour | None
) -> Colour | None:
    """None for a picture, and for what is not a colour that we know."""
    if attributes.get("background") or rules.get("background-image", "none") != "none":
        return None
    told = rules.get("background-color") or rules.get("background") or attributes.get("bgcolor")
    if not told or told in _SEE_THROUGH:
        return inherited
    found = _COLOUR_WITHIN.search(told.lower())
    return _colour(found[0]) if found else None


def _are_alike(colour: Colour | None, ground: Colour | None) -> bool:
    if colour is None or ground is None:
        return False
    return max(abs(a - b) for a, b in zip(colour, ground, strict=True)) <= _ALIKE


def _declarations(style: str) -> dict[str, str]:
    rules: dict[str, str] = {}
    for declaration in style[:_MAX_STYLE].lower().split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            rules[name.strip()] = value.replace("!important", "").strip()
    return rules


def _is_undisplayed(rules: Mapping[str, str]) -> bool:
    return (
        rules.get("display") == "none"
        or rules.get("visibility") in {"hidden", "collapse"}
        or rules.get("mso-hide") == "all"
        or rules.get("opacity") in {"0", "0.0", "0%", ".0"}
    )


def _is_tiny(rules: Mapping[str, str]) -> bool:
    size = _length(rules.get("font-size"))
    if size is not None and (
        abs(size[0]) <= _SMALLEST if size[1] in {"px", "pt", "", "%"} else size[0] < 0.1
    ):
        return True
    cut = rules.get("overflow") == "hidden"
    boxes = (_length(rules.get(name)) for name in ("height", "max-height", "width", "max-width"))
    return cut and any(box is not None and abs(box[0]) <= 1 and box[1] != "em" for box in boxes)


def _is_outside(rules: Mapping[str, str]) -> bool:
    far = [_length(rules.get(name)) for name in ("text-indent", "left", "top", "right", "margin-left")]
    return any(length is not None and length[0] <= -500 for length in far)


def _length(told: str | None) -> tuple[float, str] | None:
    found = _LENGTH.fullmatch(told) if told else None
    try:
        return (float(found[1]), found[2]) if found else None
    except ValueError:
        return None


def _colour(told: str | None) -> Colour | None:
    if not told:
        return None
    text = told.strip().lower()[:60]
    if text in _NAMED:
        return _NAMED[text]
    if found := _HEX.fullmatch(text):
        digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if found := _RGB.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    return None
