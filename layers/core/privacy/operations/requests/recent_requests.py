"""Cases page by page: all that are open, and those of the ended that changed lately."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from privacy.operations.requests.request_summary import ENDED
from privacy.ports import RequestLog

_PAGE = 100


def recent_requests(
    log: RequestLog, shard: str, *, since: datetime
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(case, summary) of the shard. Of the ended, the latest first, up to a page on which none changed since then."""
    after = None
    while True:
        page = log.listed(shard, after, _PAGE, newest_first=shard == ENDED)
        yield from page.summaries
        after = page.after
        long_ago = all(datetime.fromisoformat(s["changed_at"]) < since for _, s in page.summaries)
        if after is None or (shard == ENDED and long_ago):
            return
