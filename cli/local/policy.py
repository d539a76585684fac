"""`python -m cli.local.policy`: one line and status 1 where policy/imera.toml contradicts itself."""

import sys

from privacy import policy

if __name__ == "__main__":
    try:
        policy.check()
    except policy.InvalidPolicy as error:
        sys.exit(str(error))
