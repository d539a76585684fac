"""Mailchimp's refusals, as problem+json, and the answers that come without it."""

import uuid

from cli.standins.http import Json, RefusedError, Response

GLOSSARY = "https://mailchimp.com/developer/marketing/docs/errors/"


def problem(status: int, title: str, detail: str, errors: list[Json] | None = None) -> Response:
    """Return an `application/problem+json` answer."""
    body: Json = {
        "type": GLOSSARY,
        "title": title,
        "status": status,
        "detail": detail,
        "instance": str(uuid.uuid4()),
    }
    if errors is not None:
        body["errors"] = errors
    return Response.of_json(body, status, "application/problem+json; charset=utf-8")


def not_found() -> RefusedError:
    """The resource is not there."""
    return RefusedError(problem(404, "Resource Not Found", "The requested resource could not be found."))


def invalid(field: str, message: str) -> RefusedError:
    """A field of the body or an argument is wrong."""
    return RefusedError(
        problem(
            400,
            "Invalid Resource",
            "The resource submitted could not be validated. For field-specific details, see the 'errors' array.",
            [{"field": field, "message": message}],
        )
    )


def forgotten(email: str) -> RefusedError:
    """The address was deleted for ever: only the person can bring it back, through a hosted form."""
    return RefusedError(
        problem(
            400,
            "Forgotten Email Not Subscribed",
            f"{email} was permanently deleted and cannot be re-imported. "
            "The contact must re-subscribe to get back on the list.",
        )
    )


def in_compliance_state(email: str) -> RefusedError:
    """The person left, bounced or complained: the API may not subscribe them, only ask (`pending`)."""
    return RefusedError(
        problem(
            400,
            "Member In Compliance State",
            f"{email} is in a compliance state due to unsubscribe, bounce, or compliance review "
            "and cannot be subscribed.",
        )
    )


def member_exists(email: str) -> RefusedError:
    """The address is already in the audience."""
    return RefusedError(
        problem(
            400,
            "Member Exists",
            f"{email} is already a list member. Use PUT to insert or update list members.",
        )
    )


NO_KEY = problem(
    401, "API Key Invalid", "Your API key may be invalid, or you've attempted to access the wrong datacenter."
)
TOO_MANY_CONNECTIONS = problem(
    429, "Too Many Requests", "You have exceeded the limit of 10 simultaneous connections."
)

FAULTS = {
    "bare_429": Response(429),
    "bare_500": Response(500),
    "html_403": Response(
        403, b"<html><body><h1>Access Denied</h1></body></html>", {"Content-Type": "text/html"}
    ),
    "bare_403": Response(403),
    "problem_400": invalid("merge_fields.FNAME", "This value should not be blank.").answer,
    "problem_429": TOO_MANY_CONNECTIONS,
    "problem_500": problem(500, "Internal Server Error", "An unexpected internal error has occurred."),
    "forgotten": forgotten("someone@example.fr").answer,
    "compliance": in_compliance_state("someone@example.fr").answer,
}
