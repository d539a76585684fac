"""In the isolated Python: begin an import, as an operator does. Prints the run's id."""

import json

from privacy import bootstrap
from privacy.bootstrap import folding, past
from privacy.operations.history.import_history import start_import

run, _ = start_import(
    runs=folding.runs(),
    queue=past.import_history_queue(),
    now=bootstrap.now(),
    chance=bootstrap.chance(),
)
print(json.dumps({"run": run.id}))
