"""Numbers that cases and letters are known by outside: in subjects, tags of letters, and what operators type."""

from __future__ import annotations

#: A case, and what belongs to none: a renewal letter, and a notice that a hold is to be looked at again; as patterns.
CASE = r"IM-[0-9]{4}-[0-9]{6}"
RENEWAL = r"RN-[0-9A-F]{16}"
REVIEW = r"RV-[0-9A-F]{16}"
#: Any of them: all go by steps.
ANY = f"(?:{CASE}|{RENEWAL}|{REVIEW})"
