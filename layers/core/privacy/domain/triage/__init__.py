"""Triage: what a message asks, who asks it, and why it was understood so (T3-T5). Pure; lexicons are passed in."""
