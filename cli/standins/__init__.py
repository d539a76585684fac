"""Local stand-ins for the providers that the back office talks to.

Each one is an HTTP server on 127.0.0.1 that keeps state, answers the calls which the product makes, shows the
provider's real faults on demand and sends the provider's real webhooks. They know nothing of the product, and the
product reaches them only through the providers' base URLs in its settings.
"""
