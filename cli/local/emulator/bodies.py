"""Request bodies reach functions as the bytes that were sent.

ministack hands a body over as text whenever its content type is one of text, and replaces what is no UTF-8.
A replaced byte would turn a forged body into another one before its signature is checked, so such a body is
handed over in base64, as bodies of every other content type are.
"""

# ruff: noqa: SLF001  ministack has no public names for any of this

from contextvars import ContextVar
from typing import Any

from cli.local.emulator import inside

PLACE_OF_BODY = 5  # handle_execute(api, stage, path, method, headers, body, query, ...)

_readable: ContextVar[bool] = ContextVar("the body at hand is UTF-8", default=True)


def install() -> None:
    """Hand bodies that are no UTF-8 over in base64."""
    is_text_type = inside.apigateway._v2_request_body_is_text
    execute = inside.apigateway.handle_execute

    async def handle_execute(*request: Any, **more: Any) -> Any:
        body = request[PLACE_OF_BODY]
        _readable.set(_is_utf8(body))
        return await execute(*request, **more)

    inside.apigateway.handle_execute = handle_execute
    inside.apigateway._v2_request_body_is_text = lambda kind: _readable.get() and is_text_type(kind)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
