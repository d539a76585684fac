"""Where things are."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
EVENTS = REPOSITORY / "events"
BUILT = REPOSITORY / ".aws-sam" / "bench"
DOCUMENT = REPOSITORY / "docs" / "performance.md"
PRICES = Path(__file__).with_name("prices.toml")
LIMITS = Path(__file__).with_name("limits.toml")
