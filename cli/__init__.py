"""The operator's command, the local back office and the providers' stand-ins. Never part of the layer."""
