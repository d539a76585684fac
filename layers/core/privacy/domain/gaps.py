"""What the register cannot say, because nobody has told us: each missing thing, and in which words (P29)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from privacy.domain.letter import Language


class Gap(NamedTuple):
    """kind: what is missing, of KINDS. about: of whom or what: a recipient's name, an activity's or a field's id."""

    kind: str
    about: str

    def __str__(self) -> str:
        """As a step keeps it."""
        return f"{self.kind}:{self.about}"

    @classmethod
    def read(cls, kept: str) -> Gap:
        kind, _, about = kept.partition(":")
        return cls(kind, about)


_WORDS: Mapping[str, Mapping[Language, str]] = {
    "controller": {
        Language.EN: "the controller's {about}: nobody has supplied it (policy/imera.toml)",
        Language.FR: "le responsable du traitement, champ {about} : personne ne l'a renseigné (policy/imera.toml)",
    },
    "contract": {
        Language.EN: "{about}: no contract of Art. 28 is on record (P29)",
        Language.FR: "{about} : aucun contrat de l'art. 28 n'est enregistré (P29)",
    },
    "safeguard": {
        Language.EN: "{about}: outside the EEA, and no safeguard is named (Art. 46)",
        Language.FR: "{about} : hors de l'EEE, et aucune garantie n'est nommée (art. 46)",
    },
    "partner": {
        Language.EN: "{about}: uses data for themselves, which needs a consent that names them (P24)",
        Language.FR: "{about} : utilise des données pour lui-même, ce qui exige un consentement qui le nomme (P24)",
    },
    "operated_by": {
        Language.EN: "{about}: by whose means it is done (policy/register.toml)",
        Language.FR: "{about} : par quel prestataire (policy/register.toml)",
    },
}
KINDS = frozenset(_WORDS)


def gap_in_words(gap: Gap, language: Language) -> str:
    """What is missing, in a line. Raises KeyError for what is no gap."""
    return _WORDS[gap.kind][language].format(about=gap.about)
