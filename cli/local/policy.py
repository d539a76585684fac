"""`python -m cli.local.policy`: one line and status 1 where the policy or its register contradict themselves."""

import sys

from privacy import policy
from privacy.policy import recipients, register

if __name__ == "__main__":
    try:
        policy.check()
        register.load(policy.load(), recipients.load())
    except policy.InvalidPolicy as error:
        sys.exit(str(error))
