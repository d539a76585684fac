"""In the isolated Python: fold the facts of a file in memory."""

import json
import os
import sys
from pathlib import Path

from privacy import policy
from privacy.domain.person import Folding
from privacy.outbound.dynamodb import fact_of, from_wire

folding = Folding(policy.load())
for item in json.loads(Path(sys.argv[1]).read_text()):
    folding.add(fact_of(from_wire(item)))
folding.people()
os._exit(0)
