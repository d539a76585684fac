"""In the isolated Python: import a handler and print what that compiled and loaded."""

import importlib
import json
import sys

compiled: list[str] = []


def heard(event: str, arguments: tuple[object, ...]) -> None:
    if event == "compile" and not str(arguments[1]).startswith("<"):
        compiled.append(str(arguments[1]))


sys.addaudithook(heard)
importlib.import_module(sys.argv[1])
print(json.dumps({"compiled": compiled, "modules": len(sys.modules)}))
