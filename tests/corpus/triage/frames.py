"""Messages made of frames: the same turns said of what is the writer's, and of what is the shop's.

Letters also teach what stands together by chance; frames vary each part by itself, so that what asks remains.
frames/{fr,en}.txt hold them, and say how they are written.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

FOLDER = Path(__file__).parent / "frames"
_SLOT = re.compile(r"\{(\w+)\}")
#: What French runs together.
_RUN_TOGETHER = (
    (re.compile(r"\b([dD]|[jJ]|[qQ]u|[mM]|[nN])e (?=[aeiouyàâéèêîôû])"), r"\1'"),
    (re.compile(r"\b([dD])e (?:de )?les "), r"\1es "),
    (re.compile(r"\b([dD])e (?:de )?le "), r"\1u "),
)
#: How a message is put together; a slot that a language leaves empty says nothing there.
_LETTERS = (
    "{FRAME}",
    "{FRAME}. {ending}",
    "{hello} {FRAME}. {ending}\n{name}",
    "{hello}\n{opening} {FRAME}.\n{ending}\n{name}",
    "{hello}\n\n{FRAME}.\n\n{ending}",
    "{hello} {trouble} {wish} {FRAME}. {ending}",
    "{hello}\n{nice} {wish}\n{FRAME}.\n{name}",
    "{hello} {FRAME}. {trouble} {ending} {name}",
)


def messages(language: str, times: int) -> Iterator[tuple[str, str]]:
    """Label (`access+erasure`, or `-` for none) and text: every frame so many times, each time filled anew."""
    choices, frames = _read(language)
    chance = random.Random(2)
    for label, frame in frames:
        for _ in range(times):
            said = _filled(chance.choice(_LETTERS).replace("{FRAME}", frame), choices, chance)
            said = _run_together(said) if language == "fr" else said
            yield label, said[:1].upper() + said[1:] if chance.random() < 0.5 else said


def _read(language: str) -> tuple[Mapping[str, Sequence[str]], Sequence[tuple[str, str]]]:
    choices: dict[str, Sequence[str]] = {}
    frames: list[tuple[str, str]] = []
    for line in (FOLDER / f"{language}.txt").read_text("utf-8").splitlines():
        label, is_frame, words = line.partition(" > ")
        name, is_slot, choice = line.partition(": ")
        if line.startswith("#"):
            continue
        if is_frame:
            frames.append((label, words))
        elif is_slot:
            choices[name] = [one.strip() for one in choice.split("|")]
    return choices, frames


def _filled(words: str, choices: Mapping[str, Sequence[str]], chance: random.Random) -> str:
    while slot := _SLOT.search(words):
        words = words.replace(slot[0], chance.choice(choices[slot[1]]), 1)
    return re.sub(r" ([.,])(?=\s|$)", r"\1", re.sub(r" {2,}", " ", words)).strip()


def _run_together(words: str) -> str:
    for pattern, together in _RUN_TOGETHER:
        words = pattern.sub(together, words)
    return words
