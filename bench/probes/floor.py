"""In the isolated Python: the least that an accepted event costs with boto3, N times.

floor.py FILE N default|unvalidated: verify the HMAC, parse the JSON, put the same item, handed over ready-made.
"""

import hmac
import json
import os
import sys
from pathlib import Path

import boto3
from botocore.config import Config

given = json.loads(Path(sys.argv[1]).read_text())
client = boto3.client("dynamodb", config=Config(parameter_validation=sys.argv[3] == "default"))
secret = given["secret"].encode()
deliveries = [(d["message"].encode(), d["signature"], d["body"], d["item"]) for d in given["deliveries"]]
for n in range(int(sys.argv[2])):
    message, signature, body, item = deliveries[n % len(deliveries)]
    if not hmac.compare_digest(hmac.digest(secret, message, "sha256").hex(), signature):
        raise SystemExit("signature")
    json.loads(body)
    client.put_item(TableName="ledger", Item=item)
os._exit(0)
