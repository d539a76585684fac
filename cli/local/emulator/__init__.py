"""The emulator's launcher. It runs in the emulator's own environment: standard library and ministack only.

`python -m cli.local.emulator` starts ministack with eight bridges in place:

- journal, state: every acknowledged write outlives a kill (ministack saves on a clean stop only)
- streams:        partial failures, bisecting, retries and on-failure destinations of stream mappings
- workers:        a function sees its artifact, its layers and its own environment, nothing of the emulator's
- bodies:         a request body that is no UTF-8 reaches the function as the bytes that were sent
- metrics:        what functions measure in their logs is counted
- partner:        events of a partner event source reach its bus
- permissions:    each call of a function is decided by its role's policies
- references:     `!Ref` of a rule on a bus of its own names both

`function_runtime.py` is the program that such a worker runs.
"""
