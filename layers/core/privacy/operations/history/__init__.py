"""The past read once, and every day held against what the providers have."""
