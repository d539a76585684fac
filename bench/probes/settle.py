"""In the isolated Python: fold all partitions of a file at once, as months of events would have done."""

import json
import sys
from pathlib import Path

from privacy import bootstrap
from privacy.bootstrap import folding
from privacy.operations.people.fold_people import fold_people

folded = fold_people(
    set(json.loads(Path(sys.argv[1]).read_text())),
    stores=folding.fold_stores(),
    policy=bootstrap.policy(),
    now=bootstrap.now(),
    new_id=folding.new_person_id,
)
print(json.dumps({"changed": folded.changed}))
