"""One POST and its answer. No redirects, no proxies: what is signed goes to whom it was signed for."""

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
    import http.client

    parts = urlsplit(checked(url))
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        connection.request("POST", parts.path or "/", body, dict(headers))
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
