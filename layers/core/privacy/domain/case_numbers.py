"""Numbers that cases and letters are known by outside: in subjects, tags of letters, and what operators type."""

from __future__ import annotations

#: A case, and a renewal letter that belongs to none, as patterns.
CASE = r"IM-[0-9]{4}-[0-9]{6}"
RENEWAL = r"RN-[0-9A-F]{16}"
#: Either of them: both go by steps.
ANY = f"(?:{CASE}|{RENEWAL})"
