"""In the isolated Python: the fold's handler takes one event. Prints what it answered, took and needed."""

import json
import resource
import sys
import time
from pathlib import Path

from functions.fold_people import handler

started = time.perf_counter()
answer = handler.handle(json.loads(Path(sys.argv[1]).read_text()), None)
took = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"answer": answer, "seconds": took, "peak": peak}))
