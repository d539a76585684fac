"""The parts of ministack, and of the server under it, that the bridges touch, each under one name.

ministack ships no types and offers no extension points, so these modules are untyped and the bridges use
its private names. requirements/emulator.txt pins the version that they were written against.
"""

from importlib import import_module
from typing import Any

uvicorn: Any = import_module("uvicorn")
uvloop: Any = import_module("uvloop")
app: Any = import_module("ministack.app")
concurrency: Any = import_module("ministack.core.concurrency")
iam_actions: Any = import_module("ministack.core.iam_actions")
persistence: Any = import_module("ministack.core.persistence")
responses: Any = import_module("ministack.core.responses")
sigv4: Any = import_module("ministack.core.sigv4")
lambda_runtime: Any = import_module("ministack.core.lambda_runtime")
apigateway: Any = import_module("ministack.services.apigateway")
cloudwatch: Any = import_module("ministack.services.cloudwatch")
dynamodb: Any = import_module("ministack.services.dynamodb")
eventbridge: Any = import_module("ministack.services.eventbridge")
lambda_service: Any = import_module("ministack.services.lambda_svc")
provisioners: Any = import_module("ministack.services.cloudformation.provisioners")
s3: Any = import_module("ministack.services.s3")
scheduler: Any = import_module("ministack.services.scheduler")
sqs: Any = import_module("ministack.services.sqs")
