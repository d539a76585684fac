"""Redaction jobs, a preview of Stripe's: what they name, and all that hangs on it, loses whatever says whose it is.

A job moves on as time passes: `takes` seconds after it began to validate or to redact it has done so, at the next look.
"""

from collections.abc import Callable, Iterator
from typing import Any

from cli.standins.http import Json, RefusedError, Request, Response, Route
from cli.standins.stripe import objects, refusals
from cli.standins.stripe.account import Account, change
from cli.standins.stripe.forms import nested, read_form
from cli.standins.stripe.listing import page

WAITS = 90 * objects.DAY
"""For so long after a payment was made it cannot be redacted, unless it failed or was given back."""
MOST_IDENTIFIERS = 10
REDACTED = "[redacted]"
BEHAVIORS = ("error", "fix")
KINDS = {
    "customers": "customer",
    "charges": "charge",
    "checkout_sessions": "checkout.session",
    "invoices": "invoice",
    "payment_intents": "payment_intent",
    "setup_intents": "setup_intent",
}
LIVE = ("created", "validating", "ready", "redacting")
DISPUTES_OVER = ("won", "lost", "warning_closed", "prevented")

PERSONAL = {
    *(
        "name",
        "email",
        "phone",
        "description",
        "individual_name",
        "business_name",
        "client_reference_id",
        "url",
    ),
    *(
        "customer_email",
        "customer_name",
        "customer_phone",
        "receipt_email",
        "receipt_url",
        "ip_address",
        "value",
    ),
    *("billing_zip", "client_secret", "hosted_invoice_url", "invoice_pdf", "failure_message", "message"),
}
"""Fields that say something of somebody."""
CONTAINERS = {
    *(
        "address",
        "shipping",
        "customer_details",
        "billing_details",
        "collected_information",
        "customer_address",
    ),
    *(
        "customer_shipping",
        "custom_fields",
        "evidence",
        "ip_address_location",
        "session",
        "card",
        "custom_text",
    ),
}
"""Fields in which everything does."""
OPEN_SESSION, OPEN_PAYMENT = "open", ("requires_payment_method", "requires_confirmation", "requires_action")


class Redaction:
    """Answers the calls on redaction jobs. `given`: whether the account has the preview."""

    def __init__(
        self, account: Account, once: Callable[[Callable[..., Response]], Callable[..., Response]]
    ) -> None:
        self._account = account
        self._once = once
        self.given = True
        self.takes = 0

    def routes(self) -> list[Route]:
        """Return the routes."""
        jobs = "/v1/privacy/redaction_jobs"
        table: list[tuple[str, str, Callable[..., Response]]] = [
            ("GET", jobs, self.listed),
            ("POST", jobs, self._once(self.create)),
            ("GET", f"{jobs}/{{job_id}}", self.retrieve),
            ("POST", f"{jobs}/{{job_id}}", self._once(self.update)),
            ("POST", f"{jobs}/{{job_id}}/run", self._once(self.run)),
            ("POST", f"{jobs}/{{job_id}}/validate", self._once(self.validate)),
            ("POST", f"{jobs}/{{job_id}}/cancel", self._once(self.cancel)),
            ("GET", f"{jobs}/{{job_id}}/validation_errors", self.errors),
        ]
        return [Route(method, path, self._of_the_preview(action)) for method, path, action in table]

    # Calls.

    def listed(self, request: Request) -> Response:
        """List the jobs, the newest first; what they name only where that is asked for."""
        wanted = nested(request.query)
        expanded = wanted.pop("expand", [])
        found = page(self._account.jobs, wanted, ("status",), request.path)
        shown = [_shown(job, named="data.objects" in expanded) for job in found["data"]]
        return Response.of_json({**found, "data": shown})

    def create(self, request: Request) -> Response:
        """Create a job; it begins to validate by itself."""
        wanted = _known(read_form(request.body), {"objects", "validation_behavior", "expand"})
        named = self._named(wanted.get("objects") or {})
        made = self._account.made("prj_", self._account.clock.now())
        job = {
            "id": made.id,
            "object": "privacy.redaction_job",
            "created": made.created,
            "livemode": made.livemode,
            "objects": named,
            "status": "validating",
            "validation_behavior": _behavior(wanted),
            "_since": made.created,
            "_errors": [],
        }
        self._account.jobs[made.id] = job
        return Response.of_json(_shown(job))

    def retrieve(self, request: Request, job_id: str) -> Response:
        """Show a job."""
        return Response.of_json(
            _shown(self._job(job_id), named="objects" in nested(request.query).get("expand", []))
        )

    def update(self, request: Request, job_id: str) -> Response:
        """Change how a job validates."""
        wanted = _known(read_form(request.body), {"validation_behavior", "expand"})
        job = self._job(job_id, "created", "validating", "ready", "failed")
        change(job, validation_behavior=_behavior(wanted))
        return Response.of_json(_shown(job))

    def run(self, _request: Request, job_id: str) -> Response:
        """Begin to redact, which nothing stops any more."""
        return self._begun(self._job(job_id, "ready"), "redacting")

    def validate(self, _request: Request, job_id: str) -> Response:
        """Validate a job again that had failed."""
        return self._begun(self._job(job_id, "failed"), "validating")

    def cancel(self, _request: Request, job_id: str) -> Response:
        """Give a job up."""
        return self._begun(self._job(job_id, "ready", "failed"), "canceling")

    def errors(self, request: Request, job_id: str) -> Response:
        """List why a job failed."""
        return Response.of_json(
            {
                "object": "list",
                "data": self._job(job_id)["_errors"],
                "has_more": False,
                "url": request.path,
            }
        )

    # What becomes of a job.

    def _of_the_preview(self, action: Callable[..., Response]) -> Callable[..., Response]:
        def called(request: Request, **values: str) -> Response:
            if not request.headers.get("stripe-version", "").endswith(".preview"):
                raise RefusedError(
                    refusals.error(404, f"Unrecognized request URL ({request.method}: {request.path}).")
                )
            if not self.given:
                raise RefusedError(refusals.error(400, "Redaction jobs are not enabled for this account."))
            for job in self._account.jobs.values():
                self._moves_on(job)
            return action(request, **values)

        return called

    def _begun(self, job: Json, status: str) -> Response:
        change(job, status=status, _since=self._account.clock.now())
        return Response.of_json(_shown(job))

    def _moves_on(self, job: Json) -> None:
        if self._account.clock.now() < job["_since"] + self.takes:
            return
        match job["status"]:
            case "created" | "validating":
                found = [*self._in_the_way(job)]
                change(job, _errors=found, status="failed" if found else "ready")
            case "redacting":
                if job["validation_behavior"] == "fix":
                    self._end_what_is_open(job)
                self._black_out(job["objects"])
                change(job, status="succeeded")
            case "canceling":
                change(job, status="canceled")
            case _:
                return

    def _job(self, job_id: str, *statuses: str) -> Json:
        job = self._account.jobs.get(job_id)
        if job is None:
            raise refusals.missing("redaction_job", job_id)
        if statuses and job["status"] not in statuses:
            message = f"This redaction job is {job['status']}; it has to be {' or '.join(statuses)}."
            raise RefusedError(refusals.error(400, message))
        return job

    def _named(self, wanted: Json) -> Json:
        named = {kind: [*ids] for kind, ids in wanted.items()}
        if unknown := named.keys() - KINDS.keys():
            raise refusals.unknown_parameter(f"objects[{min(unknown)}]")
        roots = [(kind, name) for kind, names in named.items() for name in names]
        if not 1 <= len(roots) <= MOST_IDENTIFIERS:
            raise refusals.invalid("objects", f"Name from 1 to {MOST_IDENTIFIERS} objects.", "")
        for n, (kind, name) in enumerate(roots):
            if name not in self._account.objects[KINDS[kind]] and name not in self._account.deleted:
                raise refusals.missing(KINDS[kind], name, f"objects[{kind}][{n}]")
        for job in self._account.jobs.values():
            if job["status"] in LIVE and any(name in job["objects"].get(kind, ()) for kind, name in roots):
                message = "An object is already included in another redaction job."
                raise RefusedError(refusals.error(400, message))
        return named

    def _in_the_way(self, job: Json) -> Iterator[Json]:
        """Every object that keeps the job from running. `fix` ends what is merely open."""
        reach = self._reach(job["objects"])
        locked = set[str]()
        for other in self._account.jobs.values():
            if other["id"] != job["id"] and other["status"] in LIVE:
                locked |= {held["id"] for held in self._reach(other["objects"])}
        for held in reach:
            if held["id"] in locked:
                yield self._error("locked_by_other_job", held, "It is used in another redaction job.")
            elif message := self._obstacle(held):
                yield self._error("invalid_state", held, message)
            elif job["validation_behavior"] == "error" and _is_open(held):
                yield self._error("invalid_state", held, f"This {held['object']} is still open.")

    def _obstacle(self, held: Json) -> str:
        match held["object"]:
            case "charge":
                due = held["created"] + WAITS
                kept = held["status"] == "succeeded" and not held["refunded"]
                if kept and held["livemode"] and self._account.clock.now() < due:
                    return "This charge can be redacted 90 days after it was created."
            case "dispute" if held["status"] not in DISPUTES_OVER:
                return "This dispute is not over."
            case "payment_intent" if held["status"] in ("processing", "requires_capture"):
                return "This payment is under way."
            case "invoice" if held["status"] in ("draft", "open"):
                return "This invoice is neither paid nor void."
            case _:
                pass
        return ""

    def _error(self, code: str, held: Json, message: str) -> Json:
        return {
            "id": self._account.made("prverr_", 0).id,
            "object": "privacy.redaction_job_validation_error",
            "code": code,
            "erroring_object": {"id": held["id"], "object_type": held["object"]},
            "message": message,
        }

    def _end_what_is_open(self, job: Json) -> None:
        for held in self._reach(job["objects"]):
            match held["object"]:
                case "payment_intent" if _is_open(held):
                    change(held, status="canceled", canceled_at=self._account.clock.now())
                case "checkout.session" if _is_open(held):
                    change(held, status="expired", url=None)
                case "payment_method":
                    change(held, customer=None)
                case _:
                    continue

    # What hangs on what.

    def _reach(self, named: Json) -> list[Json]:
        """Everything that a job redacts: what it names, and downwards what hangs on it."""
        reached: dict[str, Json] = {}
        customers = set(named.get("customers", ()))
        waiting = [name for names in named.values() for name in names]
        waiting += [
            held["id"]
            for shelf in self._account.objects.values()
            for held in shelf.values()
            if held.get("customer") in customers
        ]
        while waiting:
            held = self._account.find(waiting.pop())
            if held is not None and held["id"] not in reached:
                reached[held["id"]] = held
                waiting += self._below(held)
        return [*reached.values()]

    def _below(self, held: Json) -> Iterator[str]:
        for name in ("payment_intent", "invoice", "latest_charge", "payment_method", "review"):
            if isinstance(held.get(name), str):
                yield held[name]
        owner = held["object"]
        for kind in ("charge", "refund", "dispute", "review", "radar.early_fraud_warning", "credit_note"):
            for other in self._account.objects[kind].values():
                if other.get(owner) == held["id"] and owner in ("payment_intent", "charge", "invoice"):
                    yield other["id"]

    def _black_out(self, named: Json) -> None:
        reached = self._reach(named)
        # a customer who was deleted is told of in events only
        names = {held["id"] for held in reached}.union(*named.values())
        for held in reached:
            held.update(blacked_out(held))
            self._account.addresses.pop(held["id"], None)
        for event in self._account.events.values():
            told = event["data"]["object"]
            if told["id"] in names or told.get("customer") in names:
                event["data"] = blacked_out(event["data"])
        for key, replay in [*self._account.replays.items()]:
            if any(name in replay["body"] for name in names):
                del self._account.replays[key]  # the request's log


def blacked_out(held: Any, within: bool = False) -> Any:
    """Return a value of an object with a placeholder wherever it says something of somebody."""
    match held:
        case dict():
            return {name: _field(name, value, within) for name, value in held.items()}
        case list():
            return [blacked_out(value, within) for value in held]
        case str() if within and held:
            return REDACTED
    return held


def _field(name: str, value: Any, within: bool) -> Any:
    if name == "metadata":
        return {}
    if name in ("object", "type", "id", "payment_method") and isinstance(value, str):
        return value
    personal = within or name in CONTAINERS or (name in PERSONAL and isinstance(value, str))
    return blacked_out(value, personal)


def _is_open(held: Json) -> bool:
    match held["object"]:
        case "payment_intent":
            return held["status"] in OPEN_PAYMENT
        case "checkout.session":
            return bool(held["status"] == OPEN_SESSION)
        case "payment_method":
            return held["customer"] is not None
        case _:
            return False


def _shown(job: Json, *, named: bool = False) -> Json:
    hidden = set() if named else {"objects"}
    return {name: value for name, value in job.items() if name not in hidden and not name.startswith("_")}


def _behavior(wanted: Json) -> str:
    behavior: str = wanted.get("validation_behavior", "error")
    if behavior not in BEHAVIORS:
        raise refusals.invalid("validation_behavior", "Invalid validation_behavior: error or fix.", "")
    return behavior


def _known(wanted: Json, fields: set[str]) -> Json:
    for name in wanted:
        if name not in fields:
            raise refusals.unknown_parameter(name)
    return wanted
