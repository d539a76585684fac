"""`python -m cli.local run`, also where the environment is not complete."""

import sys

try:
    from cli.local.command import main
except ModuleNotFoundError as missing:
    if (missing.name or "").startswith("cli"):
        raise
    print(f"local back office: the package {missing.name} is missing: run `make setup`.", file=sys.stderr)
    sys.exit(1)

sys.exit(main())
