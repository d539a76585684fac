"""Times as an operator types them."""

from datetime import datetime

from cli.local.trouble import Trouble
from privacy.domain.clocks import PARIS


def instant(text: str) -> datetime:
    """Return the time that a day or an instant means; without a zone, in Paris. Raises Trouble."""
    try:
        read = datetime.fromisoformat(text.strip().upper())
    except ValueError:
        raise Trouble(f"{text!r} is no time: write a day like 2027-03-05, or 2027-03-05T18:20:00Z") from None
    return read if read.tzinfo is not None else read.replace(tzinfo=PARIS)
