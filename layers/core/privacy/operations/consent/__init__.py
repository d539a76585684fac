"""Mailchimp follows what people chose, and they are asked before a permission ends."""
