"""Run a module that ends when whoever started it does: `python -m cli.local.leash <module> <arguments>`.

The starter holds our stdin open. However it ends, the operating system closes that.
"""

import os
import runpy
import sys
import threading


def _watch() -> None:
    while os.read(0, 4096):  # not sys.stdin: its lock would hold up the end of the interpreter
        pass
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_watch, daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
