"""The code that the page of an answer asks for, told by a letter of its own (P27, T18): eight characters that nobody
confuses, which follow from the pepper and the step that answered.

Only a digest of link and code together is kept. Whoever has one of the two letters has nothing, and five guesses at the
other.
"""

from __future__ import annotations

import hashlib

from privacy.domain.identifiers import Pseudonyms
from privacy.domain.request import Request
from privacy.domain.request_effects import Effect

#: What the token is for that stands under link and code together.
CODE = "answer_code"
#: How often somebody may err before the link is of no more use.
MOST_TRIES = 5
#: Neither 0 nor O, 1, I nor L.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH = 8


def answer_code(pseudonyms: Pseudonyms, request: Request, effect: Effect) -> str:
    """`7KQM-3VXP`. effect: either letter of the answer; both give the same."""
    number = int.from_bytes(
        hashlib.sha256(pseudonyms.token(CODE, request.id, str(effect.step)).encode()).digest()
    )
    digits = []
    for _ in range(_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return f"{''.join(digits[:4])}-{''.join(digits[4:])}"


def code_digest(secret: str, typed: str) -> str:
    """What is kept of a link and its code. typed: as people type it, in small letters, with blanks or without."""
    code = "".join(character for character in typed.upper() if character.isascii() and character.isalnum())
    return hashlib.sha256(f"{secret}/{code}".encode()).hexdigest()
