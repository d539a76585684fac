"""Run a module that ends when whoever started it does: `python -m cli.local.leash <module> <arguments>`.

The starter holds our stdin open. However it ends, the operating system closes that.
"""

import os
import runpy
import sys
import threading


def _watch() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_watch, daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
