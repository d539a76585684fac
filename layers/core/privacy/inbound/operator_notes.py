"""What operators ask of notes: what waits for them, and `{"note": "…"}` is done."""

from __future__ import annotations

from privacy.inbound import http
from privacy.inbound.payload import document, needed, reference


def closed(event: http.Event) -> str:
    """The id of the note that is done. Raises MalformedEvent, TooLarge."""
    return needed(reference(document(http.body(event)), "note"), "note")
