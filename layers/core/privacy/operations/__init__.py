"""Verbs that the shop's owner would say. They know the domain and the ports, and no technology."""
