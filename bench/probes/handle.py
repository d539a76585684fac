"""In the isolated Python: a webhook's handler takes the first N events of a file. Prints what each got for it.

handle.py MODULE FILE N: N = -1 only fetches the secrets, 0 does nothing after the start.
"""

import importlib
import io
import json
import os
import sys
from pathlib import Path

module, file, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
printed = sys.stdout
sys.stdout = written = io.StringIO()
handler = importlib.import_module(module)
events = json.loads(Path(file).read_text())

if number == -1:
    from privacy import bootstrap

    bootstrap.pseudonyms()
    bootstrap.stripe_signing_secrets()

answers = []
for n in range(number):
    start = written.tell()
    reply = handler.handle(events[n % len(events)], None)
    answers.append((reply["statusCode"], reply["body"], written.getvalue()[start:] if number < 10 else ""))
printed.write(
    json.dumps({"statuses": sorted({a[0] for a in answers}), "last": answers[-1] if answers else None})
)
printed.flush()
os._exit(0)
