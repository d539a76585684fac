"""Drafts as pages to read: what would be done about each right, what to look at, and the digest to approve it by."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cli.commands.ink import Ink, plain
from cli.commands.plain_words import moment, word
from cli.commands.request_words import RIGHTS, STATES
from privacy.domain.erasure import Where, gone_in, kept_in
from privacy.domain.letter import Language
from privacy.domain.retention_words import how_long

type Described = Mapping[str, Any]

LABEL = 14
PLANS: Mapping[str, str] = {
    "access": "a copy of everything held, with the information of Article 15",
    "portability": "what they may take along, as JSON and CSV",
    "no_data": "word that nothing is held, and where we looked",
    "erasure": "erase what no duty keeps",
    "rectification": "correct, here, at Stripe and at Mailchimp",
    "restriction": "only store their data from now on: no offers, no purge",
    "objection": "stop what they object to",
    "review": "tell them what came of the review",
    "directive": "register what they want after their death",
    "revoked": "delete what they wanted after their death",
    "heir": "tell the heirs what was done, and nothing else: an erasure is added by `decide --add erasure`",
}
#: What a proposal says in words, by its plan.
IN_WORDS: Mapping[str, str] = {"directive": "executor", "restriction": "ground", "review": "came of it"}
#: Where an erasure takes something from, or leaves it.
WHERE: Mapping[Where, str] = {
    Where.OURS: "in our records",
    Where.MESSAGES: "of earlier requests",
    Where.MAILCHIMP: "at Mailchimp",
    Where.STRIPE: "at Stripe",
    Where.SUPPRESSION: "on the list that keeps offers away",
    Where.REQUESTS: "of this request",
}
#: Art. 18(1)(a)-(d): why the data are only stored, by the word that the draft has.
GROUNDS: Mapping[str, str] = {
    "accuracy": "they contest that the data are right, until that is checked (Art. 18(1)(a))",
    "unlawful": "we may not use the data, and they do not want them erased (Art. 18(1)(b))",
    "claims": "they need the data for a legal claim (Art. 18(1)(c))",
    "objection": "they objected, until that is decided (Art. 18(1)(d))",
}
#: Why a person looks, by the word that the draft has.
REVIEW: Mapping[str, str] = {
    "free_text": "in their own words: read them",
    "gift": "for somebody else: a present",
    "somebody_else": "about somebody else: left out",
    "contested": "somebody else's account or purchase names their address: left out",
    "unverified_sender": "a message that may not be theirs",
    "missing": "it should be there, and is not",
    "several_people": "several people seem to share the address: may it go to one of them?",
}


def drafts_page(case: str, drafts: Sequence[Described], ink: Ink) -> str:
    """Return every draft of the case."""
    return "\n".join(line for draft in drafts for line in _draft(case, draft, ink))


def _draft(case: str, draft: Described, ink: Ink) -> Iterator[str]:
    yield ink.bold(plain(word(RIGHTS, draft["right"])))
    yield _row("stands", word(STATES, draft["state"]))
    yield _row("would be done", plain(word(PLANS, _plan(draft))))
    yield _row("drafted", moment(draft["drafted_at"]))
    yield _row("whose data", plain(", ".join(draft.get("whose", ())) or "nobody named an address"))
    yield _row("answered at", plain(draft["answered_at"]))
    if draft["size"]:
        yield _row("package", f"{draft['size']:,} bytes")
    if draft["limited"]:
        yield _row("limited", "what only the law keeps stays behind, and the file says so")
    yield from _lines("look at", [_reviewed(line) for line in draft["review"]], ink)
    yield from _lines("goes", [_going(line) for line in draft["goes"]], ink)
    yield from _lines("stays", [_staying(line) for line in draft["stays"]], ink)
    yield from _lines(
        "told" if draft["plan"] != "no_data" else "searched",
        [_changed(line) for line in draft["changes"]],
        ink,
    )
    yield from _lines("told too", [_informed(told) for told in draft.get("recipients", ())], ink)
    if draft["words"] and draft["plan"] != "no_data":
        said = word(GROUNDS, draft["words"]) if draft["plan"] == "restriction" else draft["words"]
        yield _row(word(IN_WORDS, draft["plan"]), plain(said))
    yield _row("digest", draft["digest"])
    if draft["state"] == "awaiting_approval":
        yield f"  {ink.grey(f'privacy requests approve {case} --digest {draft["digest"][:12]}')}"


def _plan(draft: Described) -> str:
    """A directive without words is one that is revoked (E87)."""
    return "revoked" if draft["plan"] == "directive" and not draft["changes"] else str(draft["plan"])


def _informed(told: Described) -> str:
    """A recipient of the data, and where they are written to (Art. 19)."""
    where = (
        f"a letter to {told['address']}" if told["address"] else "by you: nobody knows an address of theirs"
    )
    return f"{told['recipient']}, who got {told['data']}: {where}"


def _going(line: str) -> str:
    """`ours|profile|R4`: what of an erasure goes (domain/erasure.Gone)."""
    try:
        gone = gone_in(line)
    except ValueError:
        return line
    return f"{_thing(gone.what)} {WHERE[gone.where]} ({gone.rule})"


def _staying(line: str) -> str:
    """`ours|invoice|R1|17(3)(b)|2034-12-31|stripe_payment#pi_1|`: what of it stays (domain/erasure.Kept)."""
    try:
        kept = kept_in(line)
    except ValueError:
        return line
    until = f"through {kept.until}" if kept.until else _by_rule(kept.rule)
    until = f"while there is a hold: {_thing(kept.by)}" if kept.by else until
    about = f", {kept.about.partition('#')[2] or kept.about}" if kept.about else ""
    return f"{_thing(kept.what)} {WHERE[kept.where]}{about}: {until} ({kept.rule}, Art. {kept.ground})"


def _by_rule(rule: str) -> str:
    """How long what no day is known of yet is kept, by the policy of this checkout."""
    from privacy import policy

    kept = policy.load()
    found = kept.retention.get(rule)
    return how_long(found, kept, Language.EN) if found is not None else "as its rule says"


def _thing(name: str) -> str:
    return name.replace("_", " ")


def _changed(line: str) -> str:
    """A field that is corrected has its name, what it was and what it shall be, with tabs between them."""
    parts = line.split("\t")
    if len(parts) != 3:
        return line
    name, old, new = parts
    return f"{name.replace('_', ' ')}: {old} → {new}" if old else f"{name.replace('_', ' ')}: {new}"


def _reviewed(line: str) -> str:
    """`messages: 2 free_text` in words; a path that is missing stays."""
    section, _, found = line.partition(": ")
    count, _, why = found.partition(" ")
    if section == "missing" or why not in REVIEW:
        return line.replace("_", " ") if why in REVIEW else line
    return f"{section.replace('_', ' ')}: {count}, {REVIEW[why]}"


def _lines(label: str, lines: Sequence[str], ink: Ink) -> Iterator[str]:
    for place, line in enumerate(lines):
        yield _row(
            ink.yellow(f"{label:<{LABEL}}") if place == 0 and label == "look at" else label * (not place),
            plain(line),
        )


def _row(label: str, said: str) -> str:
    return f"  {label:<{LABEL}}{said}"
