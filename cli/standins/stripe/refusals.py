"""Stripe's refusals, in its own error form."""

from cli.standins.http import Json, RefusedError, Response


def error(status: int, message: str, kind: str = "invalid_request_error", **more: str) -> Response:
    """Return an error answer."""
    body: Json = {"error": {**more, "message": message, "type": kind}}
    return Response.of_json(body, status)


def missing(name: str, object_id: str, param: str = "id") -> RefusedError:
    """No object of this kind has this id: 404 where the path names it, 400 where an argument does."""
    status = 404 if param == "id" else 400
    return RefusedError(error(status, f"No such {name}: '{object_id}'", code="resource_missing", param=param))


def unknown_parameter(name: str) -> RefusedError:
    """Stripe refuses arguments that it does not know."""
    return RefusedError(
        error(400, f"Received unknown parameter: {name}", code="parameter_unknown", param=name)
    )


def invalid(name: str, message: str, code: str = "parameter_invalid_integer") -> RefusedError:
    """An argument has a wrong value."""
    return RefusedError(error(400, message, code=code, param=name))


NO_KEY = error(
    401, "You did not provide an API key. You need to provide your API key in the Authorization header."
)
TOO_MANY_REQUESTS = error(
    429,
    "Request rate limit exceeded. You have exceeded the number of requests allowed for this endpoint.",
    code="rate_limit",
)

FAULTS = {
    "rate_limit": TOO_MANY_REQUESTS,
    "lock_timeout": error(
        429,
        "This object cannot be accessed right now because another API request is accessing it.",
        code="lock_timeout",
    ),
    "error_500": error(500, "An unknown error occurred.", "api_error"),
    "bare_500": Response(500),
    "bare_502": Response(
        502, b"<html><body><h1>502 Bad Gateway</h1></body></html>", {"Content-Type": "text/html"}
    ),
    "bare_503": Response(503),
    "permission_403": error(
        403,
        "The provided key does not have the required permissions for this endpoint. "
        "Having the 'rak_customer_read' permission would allow this request to continue.",
        code="more_permissions_required",
    ),
}


def wrong_key(key: str) -> Response:
    """The key is not the account's. Stripe shows its ends only."""
    return error(401, f"Invalid API Key provided: {key[:7]}{'*' * max(len(key) - 11, 4)}{key[-4:]}")
