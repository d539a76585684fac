"""A person's description as a page to read: sections, plain words, rules in grey."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cli.commands import plain_words as words
from cli.commands.ink import Ink, plain
from cli.commands.plain_words import day, moment, money, word

type Described = Mapping[str, Any]

LABEL = 24
SHOWN_FACTS = 20
SHOWN_ORDERS = 20
SHOWN_INTERVALS = 5


def person_page(described: Described, address: str, ink: Ink) -> str:
    """Return the page about whoever has the address."""
    return "\n".join(_Page(ink).lines(described, address))


class _Page:
    def __init__(self, ink: Ink) -> None:
        self._ink = ink

    def lines(self, described: Described, address: str) -> Iterator[str]:
        yield self._ink.bold(plain(address))
        person = described["person"]
        if person:
            yield self._ink.grey(person["id"] or "not folded yet")
            yield from self._in_short(person)
        else:
            yield from self._nobody(described["about"])
        yield from self._suppression(described["suppression"])
        yield from self._named_by(described["named_by"])
        if person:
            yield from self._particulars(person)

    def _nobody(self, about: str) -> Iterator[str]:
        match about:
            case "named_only":
                yield "  We know this address only because somebody else's record names it."
            case "suppressed_only":
                yield "  All that is left is their wish not to be written to."
            case _:
                yield "  We know nothing of this address."

    def _suppression(self, entry: Described | None) -> Iterator[str]:
        if entry is not None:
            yield from self._section("Not to be written to")
            state = "objected" if entry["state"] == "objected" else "withdrew their consent"
            since = f"since {moment(entry['since'])}"
            yield self._row(state, _joined(since, _said(entry["reason"])), entry["rules"])

    def _named_by(self, others: Sequence[str]) -> Iterator[str]:
        if others:
            yield from self._section("Named by somebody else's record")
            yield from (f"  {plain(other)}" for other in others)

    def _particulars(self, person: Described) -> Iterator[str]:
        yield from self._known(person["profile"])
        yield from self._newsletter(person["consents"])
        yield from self._mailchimp(person["consents"])
        yield from self._orders(person["orders"])
        yield from self._holds(person["holds"])
        yield from self._links(person["links"])
        yield from self._purposes(person["purposes"])
        yield from self._disclosed(person["disclosed"])
        yield from self._held(person["held"], person["clock"])
        yield from self._facts(person["facts"])

    # --- the answer that is usually wanted ------------------------------------------------------------------------

    def _in_short(self, person: Described) -> Iterator[str]:
        clock, marketing = person["clock"], person["may_market"]
        yield from self._section("In short")
        yield self._row("Who", word(words.REGIMES, clock["regime"]))
        yield self._row("Kept until", self._until(clock), clock["rules"])
        if person["holds"]:
            yield self._row("", "but not purged while something is open: see below", ["A23"])
        yield self._row("May we send offers", self._may(marketing))
        for because in marketing["because"]:
            yield self._row("", self._because(because), because["rules"])
        for label, name in (("Last order", "last_order"), ("Last opt-in", "last_opt_in"),
                            ("Last contact", "last_contact"), ("Last heard of", "last_fact"),
                            ("No personalisation since", "personalisation_objected_at"),
                            ("Only stored since", "restricted_at")):  # fmt: skip
            if person.get(name):
                yield self._row(label, moment(person[name]))

    def _until(self, clock: Described) -> str:
        if clock["due_on"] is None:
            return "no day is set"
        due = f" {self._ink.red('(due)')}" if clock["due"] else ""
        return f"{day(clock['due_on'])}{due}, {word(words.CLOCKS, clock['because'])}"

    def _may(self, marketing: Described) -> str:
        if not marketing["today"]:
            return self._ink.red("no")
        until = f", until {day(marketing['until'])}" if marketing["until"] else ""
        return self._ink.green("yes") + until

    def _because(self, because: Described) -> str:
        since = f" on {moment(because['since'])}" if because["since"] else ""
        return _joined(word(words.REASONS, because["reason"]) + since, _said(because.get("said")))

    # --- what we know ---------------------------------------------------------------------------------------------

    def _known(self, profile: Described) -> Iterator[str]:
        if not profile:
            return
        yield from self._section("What we know")
        for name, known in profile.items():
            fact = known["fact"]
            told = self._ink.grey(
                f"({plain(fact['source'])} {plain(fact['type'])}, {moment(fact['occurred_at'])})"
            )
            yield self._row(word(words.PROFILE, name), f"{plain(known['value'])}  {told}")

    def _newsletter(self, consents: Sequence[Described]) -> Iterator[str]:
        if not consents:
            return
        yield from self._section("Newsletter consent")
        for consent in consents:
            whose = "this address" if consent["asked"] else "another address of theirs"
            since = f" since {moment(consent['since'])}" if consent["since"] else ""
            yield self._row(
                whose, _joined(word(words.STATES, consent["state"]) + since, _said(consent["reason"]))
            )
            if not consent["asked"]:
                yield self._row("", f"offers: {self._may(consent['may_market'])}")
            for interval in consent["history"]["latest"][:SHOWN_INTERVALS]:
                yield from self._interval(interval)
            yield from self._more(consent["history"]["count"], SHOWN_INTERVALS)

    def _interval(self, interval: Described) -> Iterator[str]:
        yield self._row("", f"agreed on {moment(interval['given_at'])}, {_ending(interval)}", ["P19"])
        yield from (f"{'':{LABEL + 6}}{line}" for line in self._proof(interval["proof"]))

    def _proof(self, proof: Described) -> Iterator[str]:
        if proof["wording"]:
            language = proof["language"]
            read = f", on a page in {word(words.LANGUAGES, language)}" if language else ""
            ours = proof["wording_language"]
            if language and not language.startswith(ours):
                read += f" (our form has no such version: its words in {word(words.LANGUAGES, ours)})"
            yield f"“{plain(proof['wording'])}”{read}"
        version = f" of {day(proof['form_version'])}" if proof["form_version"] else ""
        form = f"form {proof['form']}{version}" if proof["form"] else "no form on record"
        default = proof["box_default"]
        box = ", a button" if default == "none" else f", box {default} before" if default else ""
        yield f"{form}{box}, policy {proof['policy_version'] or 'unknown'}"
        typed = f"typed {plain(proof['email'])}" if proof["email"] else "no address on record"
        ip = f", from {plain(proof['ip'])}" if proof["ip"] else ""
        yield f"{typed}{ip}, through {plain(words.carrier(proof['carrier']))}"
        yield self._ink.grey(f"event {plain(proof['event_id'])}")

    # --- Mailchimp ------------------------------------------------------------------------------------------------

    def _mailchimp(self, consents: Sequence[Described]) -> Iterator[str]:
        rows = [row for consent in consents for row in self._membership(consent)]
        if rows:
            yield from self._section("At Mailchimp")
            yield from rows

    def _membership(self, consent: Described) -> Iterator[str]:
        label = "this address" if consent["asked"] else "another address of theirs"
        standing = consent["mailchimp"]
        for held in standing["audiences"]:
            hand = ", because we asked for it" if held["ours"] else ""
            status = f"{word(words.MEMBERS, held['status'])} since {moment(held['since'])}{hand}"
            yield self._row(label, f"{status}  {self._ink.grey('audience ' + plain(held['audience']))}")
            label = ""
            if held["refused"]:
                why = word(words.REFUSED, held["refused"])
                yield self._row(
                    "", f"takes them from their own hand only since {moment(held['refused_at'])}: {why}"
                )
        if standing["waits_for"]:
            yield self._row(label, word(words.WAITS, standing["waits_for"]), standing["rules"])

    # --- orders ---------------------------------------------------------------------------------------------------

    def _orders(self, orders: Described) -> Iterator[str]:
        if not orders["count"]:
            return
        yield from self._section(f"Orders ({orders['paid']})")
        for order in orders["latest"][:SHOWN_ORDERS]:
            yield from self._order(order)
        yield from self._more(orders["count"], SHOWN_ORDERS)

    def _order(self, order: Described) -> Iterator[str]:
        currency = order["currency"]
        told = [word(words.ORDER_STATES, order["status"])]
        if order["amount"] is not None:
            told.insert(0, money(order["amount"], currency))
        if order["refunded"]:
            told.append(f"{money(order['refunded'], currency)} given back")
        when = day_of(order["ordered_at"]) if order["ordered_at"] else "no order"
        number = f"no. {plain(order['number'])}" if order["number"] else plain(order["order"])
        yield self._row(when, f"{', '.join(told)}  {self._ink.grey(number)}")
        yield from self._delivery(order)
        if order["fraud_outcome"] or order["risk_level"]:
            risk = f", risk {plain(order['risk_level'])}" if order["risk_level"] else ""
            outcome = plain(order["fraud_outcome"] or "no outcome").replace("_", " ").replace(":", ": ")
            until = f", kept until {day(order['fraud_until'])}" if order["fraud_until"] else ""
            yield self._row("", f"fraud check: {outcome}{risk}{until}", ["P9"])
        for dispute in order["disputes"]:
            state = "open" if dispute["open"] else "closed"
            opened = f" since {moment(dispute['opened_at'])}" if dispute["opened_at"] else ""
            status = plain(dispute["status"] or "unknown").replace("_", " ")
            yield self._row("", f"dispute {state} ({status}){opened}", ["P5"])

    def _delivery(self, order: Described) -> Iterator[str]:
        if not order["delivery_counts_from"]:
            return
        counts_from = day(order["delivery_counts_from"])
        said = (
            f"delivered on {counts_from}"
            if order["delivered_on"]
            else f"delivery unknown: {counts_from} counts"
        )
        if order["contract_until"]:
            said += f", contract kept until {day(order['contract_until'])}"
        yield self._row("", said, ["R2", "F8"] if order["contract_until"] else ["P4"])

    def _holds(self, holds: Sequence[Described]) -> Iterator[str]:
        if not holds:
            return
        yield from self._section("On hold: not purged, not erased")
        for hold in holds:
            about = self._ink.grey(plain(hold["about"]))
            said = f"{word(words.HOLDS, hold['kind'])}, since {moment(hold['since'])}  {about}"
            yield self._row(hold["kind"], said, ["P5", "A23"])

    # --- others, grounds, facts -----------------------------------------------------------------------------------

    def _links(self, links: Described) -> Iterator[str]:
        rows = list(self._link_rows(links))
        if rows:
            yield from self._section("Belongs together")
            yield from rows

    def _link_rows(self, links: Described) -> Iterator[str]:
        for label, name in (("Stripe customer", "customers"), ("Earlier record", "former_ids")):
            if links[name]:
                yield self._row(label, plain(", ".join(links[name])))
        if links["merged_at"]:
            yield self._row("Merged", moment(links["merged_at"]), ["P16"])
        for other in links["proposed"]:
            yield self._row("Perhaps the same as", plain(other or "somebody not folded yet"), ["P16"])
        for other in links["kept_apart"]:
            yield self._row("Somebody else than", plain(other or "somebody not folded yet"), ["P16"])
        if count := links["addresses_without_record"]:
            more = "one more address" if count == 1 else f"{count} more addresses"
            yield self._row("Perhaps theirs", f"{more}, of which nothing is known", ["P16"])

    def _purposes(self, purposes: Described) -> Iterator[str]:
        if not purposes:
            return
        yield from self._section("On what ground")
        for name, purpose in purposes.items():
            basis = f"{word(words.BASES, purpose['basis'])}, Art. {purpose['basis']}"
            now = "" if purpose["today"] else "; not today: see above"
            yield self._row(word(words.PURPOSES, name), basis + now, purpose["promises"])

    def _disclosed(self, disclosed: Sequence[Described]) -> Iterator[str]:
        if not disclosed:
            return
        yield from self._section("To whom data went")
        for each in disclosed:
            data = ", ".join(word(words.GROUPS, plain(one)) for one in each["data"])
            yield f"  {plain(each['name'])} {self._ink.grey('(P23)')}"
            yield self._row("", _joined(word(words.CAPACITIES, each["capacity"]), _when(each), data))

    def _held(self, held: Sequence[Described], clock: Described) -> Iterator[str]:
        if not held:
            return
        yield from self._section("What is held, and until when at most")
        for group in held:
            facts = self._ink.grey(f"{group['facts']} fact{'s' if group['facts'] > 1 else ''}")
            until = f"{group['kept']}  {facts}"
            yield self._row(word(words.GROUPS, group["group"]), until, [group["rule"]])
        if clock["due_on"]:
            said = f"by {day(clock['due_on'])} at the latest, but what the law has us keep longer"
            yield self._row("all of it", said, [*clock["rules"], "A1"])

    def _facts(self, facts: Described) -> Iterator[str]:
        yield from self._section(f"Facts ({facts['count']})")
        for fact in facts["latest"][:SHOWN_FACTS]:
            yield self._row(
                moment(fact["occurred_at"]), f"{_told(fact)}  {self._ink.grey(_event_id(fact['key']))}"
            )
        yield from self._more(facts["count"], SHOWN_FACTS)

    # --- lines ----------------------------------------------------------------------------------------------------

    def _section(self, title: str) -> Iterator[str]:
        yield ""
        yield self._ink.bold(title)

    def _row(self, label: str, said: str, rules: Iterable[str] = ()) -> str:
        named = ", ".join(rules)
        ground = " " + self._ink.grey(f"({named})") if named else ""
        return f"  {label:<{LABEL}}  {said}{ground}"

    def _more(self, count: int, shown: int) -> Iterator[str]:
        if count > shown:
            yield self._row("", self._ink.grey(f"and {count - shown} earlier: see --json"))


def day_of(instant: str) -> str:
    """Return the day in Paris of an instant."""
    return moment(instant).partition(",")[0]


def _when(disclosed: Described) -> str:
    if not disclosed["first"]:
        return "all of it, for as long as it is held"
    first, last = day_of(disclosed["first"]), day_of(disclosed["last"])
    return first if first == last else f"{first} to {last}"


def _told(fact: Described) -> str:
    if "member" in fact:
        return plain(words.our_doing(fact["type"], fact["member"]))
    return f"{plain(fact['source'])} {plain(fact['type'])}"


def _ending(interval: Described) -> str:
    if not interval["ended_at"]:
        return "and it holds"
    ended_at = moment(interval["ended_at"])
    if not interval["ended_by"]:
        return f"and again on {ended_at}"
    return f"until {ended_at} ({word(words.STATES, interval['ended_by'])})"


def _event_id(key: str) -> str:
    return plain(key.partition("#")[2])


def _said(reason: str | None) -> str:
    return plain(word(words.SAID, reason)) if reason else ""


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
