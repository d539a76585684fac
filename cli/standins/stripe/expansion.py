"""`expand[]`: an id in an answer becomes the object that it names, and lists that are left out come in."""

from collections.abc import Callable
from typing import Any

from cli.standins.http import Json
from cli.standins.stripe import refusals
from cli.standins.stripe.account import Account, copied

DEEPEST = 4


def expanded(account: Account, shown: Json, paths: list[str]) -> Json:
    """Return an answer with the paths expanded; what it shows stays as it is."""
    if not paths:
        return shown
    answer = copied(shown)
    for path in paths:
        steps = path.split(".")
        if len(steps) > DEEPEST + (steps[0] == "data"):
            raise refusals.invalid(
                "expand", f"You cannot expand more than {DEEPEST} levels of a property.", ""
            )
        _expand(account, answer, steps, path)
    return answer


def _expand(account: Account, value: Any, steps: list[str], path: str) -> None:
    if not steps or value is None:
        return
    if isinstance(value, list):
        for item in value:
            _expand(account, item, steps, path)
        return
    step, *rest = steps
    included = LEFT_OUT.get((value.get("object", ""), step))
    if step not in value and included is not None:
        value[step] = included(account, value)
    if step not in value:
        raise _not_expandable(path)
    if isinstance(value[step], str):
        found = account.find(value[step])
        if found is None and value[step] not in account.deleted:
            raise _not_expandable(path)
        value[step] = copied(found) or deleted(value[step])
    _expand(account, value[step], rest, path)


def _not_expandable(path: str) -> Exception:
    return refusals.invalid("expand", f"This property cannot be expanded ({path}).", "parameter_unknown")


def deleted(customer_id: str) -> Json:
    """Return what is left of a deleted customer."""
    return {"id": customer_id, "object": "customer", "deleted": True}


def _listed(items: list[Json], url: str) -> Json:
    return {"object": "list", "data": copied(items), "has_more": False, "url": url}


def _lines(account: Account, session: Json) -> Json:
    return _listed(account.lines[session["id"]], f"/v1/checkout/sessions/{session['id']}/line_items")


def _refunds(account: Account, charge: Json) -> Json:
    refunds = account.objects["refund"].owned_by(charge["id"])
    return _listed(refunds, f"/v1/charges/{charge['id']}/refunds")


def _payments(account: Account, invoice: Json) -> Json:
    return _listed(account.objects["invoice_payment"].owned_by(invoice["id"]), "/v1/invoice_payments")


LEFT_OUT: dict[tuple[str, str], Callable[[Account, Json], Json]] = {
    ("checkout.session", "line_items"): _lines,
    ("charge", "refunds"): _refunds,
    ("invoice", "payments"): _payments,
}
