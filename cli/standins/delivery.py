"""Sends webhooks as the providers do: each attempt signed anew, retried, sometimes twice, late or out of order."""

import http.client
import random
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from cli.standins.http import Json

Mode = Literal["deliver", "hold", "drop"]

REMEMBERED = 20_000


@dataclass(frozen=True)
class Parcel:
    """One webhook for one address. `headers` signs an attempt made at a Unix second."""

    url: str
    kind: str
    reference: str
    body: bytes
    headers: Callable[[int], Mapping[str, str]]


@dataclass(frozen=True)
class Manner:
    """How a batch is sent: `copies` of each parcel, shuffled or not, after `delay` seconds, awaited or not."""

    copies: int = 1
    shuffle: bool = False
    delay: float = 0.0
    wait: bool = True


@dataclass
class Delivery:
    """What became of a parcel: the status of each attempt, 0 where nobody answered."""

    kind: str
    reference: str
    url: str
    statuses: list[int] = field(default_factory=list)

    @property
    def arrived(self) -> bool:
        """Tell whether the last attempt was accepted."""
        return bool(self.statuses) and 200 <= self.statuses[-1] < 300

    def report(self) -> Json:
        """Return this delivery as a JSON value."""
        return {**vars(self), "arrived": self.arrived}


def post(url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> int:
    """Post `body` and return the status, or 0 where nobody answers. Redirects and proxies are not followed."""
    return call("POST", url, body, headers, timeout)


def call(method: str, url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> int:
    """Make one request and return its status, or 0 where nobody answers."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request(
            method, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, headers
        )
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


class Courier:
    """Delivers batches of parcels from threads of its own.

    What was refused is tried again after the rest of its batch, `attempts` times in all, with a growing `pause`.
    In mode `hold` batches wait for `release`; in mode `drop` they are lost, as after a provider's last retry, and
    counted (`lost`).
    """

    def __init__(
        self,
        now: Callable[[], int],
        *,
        attempts: int = 5,
        pause: float = 0.3,
        timeout: float = 10.0,
        answered: Callable[[Parcel, int], None] = lambda parcel, status: None,
        chance: random.Random | None = None,
    ) -> None:
        self.mode: Mode = "deliver"
        self.lost = 0
        self._now = now
        self._attempts = attempts
        self._pause = pause
        self._timeout = timeout
        self._answered = answered
        self._chance = chance or random.Random(0)
        self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="courier")
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._held: list[Parcel] = []
        self._under_way: set[Future[None]] = set()
        self._log: deque[Delivery] = deque(maxlen=REMEMBERED)

    def send(self, parcels: Sequence[Parcel], manner: Manner) -> list[Delivery]:
        """Send a batch. Without `manner.wait`, the deliveries returned are still under way."""
        batch = [parcel for parcel in parcels for _ in range(manner.copies)]
        if self.mode == "drop":
            self.lost += len(batch)
            return []
        if not batch:
            return []
        if self.mode == "hold":
            with self._lock:
                self._held.extend(batch)
            return []
        if manner.shuffle:
            self._chance.shuffle(batch)
        deliveries = [Delivery(parcel.kind, parcel.reference, parcel.url) for parcel in batch]
        with self._lock:
            self._log.extend(deliveries)
            if self._closing.is_set():
                return deliveries
            future = self._pool.submit(self._carry, batch, deliveries, manner.delay)
            self._under_way.add(future)
        future.add_done_callback(self._done)
        if manner.wait:
            future.result()
        return deliveries

    def held(self) -> int:
        """Return how many parcels wait for their release."""
        with self._lock:
            return len(self._held)

    def release(self, manner: Manner) -> list[Delivery]:
        """Deliver from now on, beginning with what was held."""
        with self._lock:
            held, self._held = self._held, []
        self.mode = "deliver"
        return self.send(held, manner)

    def discard(self) -> int:
        """Lose what was held, and return how much it was."""
        with self._lock:
            held, self._held = self._held, []
        return len(held)

    def settle(self, seconds: float = 30.0) -> bool:
        """Wait until nothing is under way; tell whether that was reached."""
        with self._lock:
            pending = set(self._under_way)
        return not wait(pending, timeout=seconds).not_done

    def deliveries(self) -> list[Delivery]:
        """Return the latest deliveries, oldest first."""
        with self._lock:
            return list(self._log)

    def forget(self) -> None:
        """Forget deliveries, and lose what was held."""
        with self._lock:
            self._log.clear()
            self._held.clear()

    def close(self) -> None:
        """Stop; what is under way is not tried again."""
        with self._lock:
            self._closing.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _done(self, future: Future[None]) -> None:
        with self._lock:
            self._under_way.discard(future)

    def _carry(self, parcels: list[Parcel], deliveries: list[Delivery], delay: float) -> None:
        pending = list(zip(parcels, deliveries, strict=True))
        pause = delay
        for attempt in range(self._attempts):
            if pause and self._closing.wait(pause):
                return
            pending = [(parcel, delivery) for parcel, delivery in pending if not self._try(parcel, delivery)]
            if not pending:
                return
            pause = self._pause * 2**attempt

    def _try(self, parcel: Parcel, delivery: Delivery) -> bool:
        status = post(parcel.url, parcel.body, parcel.headers(self._now()), self._timeout)
        delivery.statuses.append(status)
        self._answered(parcel, status)
        return delivery.arrived or status == 410
