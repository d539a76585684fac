"""Which case a message says that it continues (E57): it says so, and proves nothing by it.

Whoever sees a letter can copy its tag: a reply joins a case only where its sender is the case's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from privacy.domain.triage.spelling import cleaned, plain

_CASE = re.compile(r"(?<![a-z0-9])im-(?P<year>20\d\d)-(?P<digits>\d{6})(?![0-9a-z])")
_PLUS = re.compile(r"\+im-(?P<year>20\d\d)-(?P<digits>\d{6})@")


def case_reference(
    subject: str, recipients: Iterable[str] = (), references: Iterable[str] = (), new_text: str = ""
) -> str | None:
    """Return the case number (`IM-2026-000123`) that a message names, None where it names none.

    recipients: addresses the message went to, of which `contact+IM-2026-000123@…` counts. references: the ids in
    In-Reply-To and References, of which those count that hold a case. new_text: where a person writes the number.
    """
    where = ((_CASE, [subject]), (_PLUS, recipients), (_CASE, references), (_CASE, [new_text]))
    for pattern, texts in where:
        for text in texts:
            found = pattern.search(plain(cleaned(text)))
            if found:
                return f"IM-{found['year']}-{found['digits']}"
    return None
