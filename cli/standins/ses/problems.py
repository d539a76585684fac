"""What SES says when it does not take a message, as the AWS SDKs understand it (REST-JSON)."""

from collections.abc import Mapping

from cli.standins.http import RefusedError, Response


def problem(status: int, kind: str, message: str) -> Response:
    """Return a refusal of SES's API v2."""
    answer = Response.of_json({"message": message}, status)
    return Response(answer.status, answer.body, {**answer.headers, "x-amzn-ErrorType": kind})


def rejected(message: str) -> RefusedError:
    """The message itself is not taken."""
    return RefusedError(problem(400, "MessageRejected", message))


def bad_request(message: str) -> RefusedError:
    """The call is not understood."""
    return RefusedError(problem(400, "BadRequestException", message))


NOT_SIGNED = problem(403, "MissingAuthenticationTokenException", "Missing Authentication Token")

#: What each kind of fault looks like on the wire; `timeout` and `lost_answer` come besides.
FAULTS: Mapping[str, Response] = {
    "throttled": problem(429, "TooManyRequestsException", "Maximum sending rate exceeded."),
    "quota": problem(400, "LimitExceededException", "Daily message quota exceeded."),
    "rejected": problem(400, "MessageRejected", "The message could not be sent."),
    "paused": problem(400, "SendingPausedException", "Email sending is disabled."),
    "suspended": problem(400, "AccountSuspendedException", "Sending suspended for this account."),
    "not_verified": problem(
        400, "MailFromDomainNotVerifiedException", "The custom MAIL FROM domain is not verified."
    ),
    "bare_500": Response(500, b"Internal Server Error", {"Content-Type": "text/plain"}),
    "unavailable": problem(503, "ServiceUnavailableException", "Service is unavailable."),
}
