"""What a container is made of, for tests that stand in for Lambda: its parts forgotten, or others in their place."""

from collections.abc import Collection

import pytest

from privacy import bootstrap
from privacy.bootstrap import contact, folding, past, providers, register, retention

MODULES = (bootstrap, contact, folding, past, providers, register, retention)


def forget(keep: Collection[str] = ()) -> None:
    """As in a container that has just started; keep: names of parts that take long to make and may stay."""
    for module in MODULES:
        for name, part in vars(module).items():
            if hasattr(part, "cache_clear") and name not in keep:
                part.cache_clear()


def put(patch: pytest.MonkeyPatch, name: str, part: object) -> None:
    """In the place of the part of that name, wherever it is made. Raises ValueError where there is none."""
    (home,) = (module for module in MODULES if name in vars(module))
    patch.setattr(home, name, part)
