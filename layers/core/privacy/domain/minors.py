"""Whether whoever writes says that they are not of age (G31): such a request is put first, and the DPO approves it.

Only what they plainly say of themselves counts. Whoever is taken for younger than they are loses nothing by it.
"""

from __future__ import annotations

import re

from privacy.domain.triage.spelling import plain
from privacy.domain.triage.text import new_text

OF_AGE = 18
_YOUNGEST = 5
_SPELT = {
    word: age
    for age, words in {
        10: "dix ten", 11: "onze eleven", 12: "douze twelve", 13: "treize thirteen", 14: "quatorze fourteen",
        15: "quinze fifteen", 16: "seize sixteen", 17: "dix-sept seventeen",
    }.items()
    for word in words.split()
}  # fmt: skip
_AGE = rf"(?P<age>\d{{1,2}}|{'|'.join(sorted(_SPELT, key=len, reverse=True))})"
_SAYS = (
    # not « j'ai 14 ans d'ancienneté »
    re.compile(rf"(?<![a-z])j'ai (?:a peine |seulement |que |bientot )?{_AGE} ans(?! d['e])(?![a-z])"),
    re.compile(rf"(?<![a-z])(?:age|agee) de {_AGE} ans(?![a-z])"),
    re.compile(
        rf"(?<![a-z])i(?:'m| am) (?:only |just |still )?{_AGE}"
        r"(?= years? old| yrs old| year old| yo\b| and\b|[.,!;]|\s*$)"
    ),
    re.compile(
        r"(?<![a-z])(?:je suis (?:encore |toujours )?mineure?|i(?:'m| am) (?:still )?(?:a minor|under ?age))(?![a-z])"
    ),
)


def says_minor(text: str) -> bool:
    """Of what is written newly, without quotes and signature."""
    said = plain(new_text(text).body)
    for pattern in _SAYS:
        for found in pattern.finditer(said):
            age = found.groupdict().get("age")
            if age is None or _YOUNGEST <= _years(age) < OF_AGE:
                return True
    return False


def _years(age: str) -> int:
    return _SPELT.get(age) or int(age)
