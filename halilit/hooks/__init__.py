"""Webhooks: other programs are told of what happened, in signed messages that are tried again until they arrive."""
