"""Where everything that has an end stands in the sparse indexes `due`, by what purges it (infra/storage.yaml).

Each kind is spread over eight partitions, so that a day on which very many are due is no hot one.
"""

from __future__ import annotations

from collections.abc import Mapping

from privacy.operations.retention.purge_batch import ARCHIVE, CAUSE, PERSON, REDACTION, REGISTRY, REQUEST

DUE_SHARDS = 8

#: Values of `due_shard`, before the number.
_NAMES: Mapping[str, tuple[str, ...]] = {
    PERSON: ("person",),
    REQUEST: ("request",),
    CAUSE: ("cause",),
    REGISTRY: ("suppression", "receipt", "token", "run", "read", "note", "breach", "directive"),
    ARCHIVE: ("archive",),
    REDACTION: ("redaction",),
}
SHARDS: Mapping[str, tuple[str, ...]] = {
    kind: tuple(f"{name}#{n}" for name in names for n in range(DUE_SHARDS)) for kind, names in _NAMES.items()
}
