"""One call and its answer. No redirects, no proxies: what is signed goes to whom it was signed for."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from cli.commands.office import NOT_RUNNING, checked
from cli.local.trouble import Trouble

PATIENCE = 60.0


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Return the answer. Raises Trouble where nobody answers."""
    return _called("POST", checked(url), body, headers)


def get(url: str) -> Answer:
    """Return what an address of our own making leads to. Raises Trouble where nobody answers."""
    checked(url.partition("?")[0])
    return _called("GET", url, None, {})


def _called(method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
    import http.client

    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        connection.request(method, target, body, dict(headers))
        answer = connection.getresponse()
        return Answer(answer.status, answer.read())
    except ConnectionRefusedError:
        place = f"{parts.scheme}://{parts.netloc}"
        raise Trouble(f"nobody answers at {place}: {NOT_RUNNING}") from None
    except (OSError, http.client.HTTPException) as error:
        # the whole address may hold a key
        place = f"{parts.scheme}://{parts.netloc}"
        raise Trouble(f"no answer from {place}: {type(error).__name__}; try again") from None
    finally:
        connection.close()
