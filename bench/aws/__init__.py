"""A stand-in for AWS that counts: DynamoDB and Secrets Manager on a loopback port, in a process of its own."""
