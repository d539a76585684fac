"""In the isolated Python: a handler takes each event of a file. Prints what failed, how long it took and the memory.

work.py MODULE FILE: in one container, one after another, with all the time in the world.
"""

import importlib
import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace

handler = importlib.import_module(sys.argv[1])
events = json.loads(Path(sys.argv[2]).read_text())
context = SimpleNamespace(get_remaining_time_in_millis=lambda: 900_000)
started = time.perf_counter()
failed = sum(len(handler.handle(event, context)["batchItemFailures"]) for event in events)
took = time.perf_counter() - started
# of this process alone: getrusage begins with the memory of whoever started it
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
peak = int(status["VmHWM"].split()[0]) * 1024
print(json.dumps({"failed": failed, "seconds": took, "peak": peak}))
