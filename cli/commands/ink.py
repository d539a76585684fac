"""Text for a terminal: bold and grey where there is one, and nothing in it that could drive it."""

import os
import unicodedata
from dataclasses import dataclass
from typing import TextIO

#: Join letters and emoji; the other invisible characters only turn text around or hide it.
_JOINERS = frozenset({"\u200c", "\u200d"})


@dataclass(frozen=True)
class Ink:
    """Marks text, or leaves it as it is."""

    coloured: bool

    def bold(self, text: str) -> str:
        return self._marked(text, "1")

    def grey(self, text: str) -> str:
        return self._marked(text, "90")

    def red(self, text: str) -> str:
        return self._marked(text, "31")

    def green(self, text: str) -> str:
        return self._marked(text, "32")

    def yellow(self, text: str) -> str:
        return self._marked(text, "33")

    def _marked(self, text: str, code: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self.coloured and text else text


def ink_for(stream: TextIO) -> Ink:
    """Return colours for a terminal that wants them."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Ink(stream.isatty() and wanted)


def plain(text: object) -> str:
    """Return what somebody typed, without control characters: names come from whoever buys."""
    return "".join(
        "\ufffd" if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in _JOINERS else c
        for c in str(text)
    )
