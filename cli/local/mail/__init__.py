"""The local mail entrance: what SES and, in the other set-up, the shop's mail host do with what comes in."""
