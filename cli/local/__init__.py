"""The local back office: the real template on an embedded AWS emulator, one machine, no account.

`python -m cli.local run` starts it; `cli.local.backoffice.running` does so from tests and the demonstration.
What the emulator cannot do is bridged in `cli.local.emulator` and told in docs/limits.md.
"""
