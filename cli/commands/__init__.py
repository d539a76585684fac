"""What the command `privacy` does: a module a command, and what they share.

A command has a NAME, a line of HELP, a DESCRIPTION with an example, `take` (its arguments) and `run`.
"""
