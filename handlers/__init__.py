"""Slack listeners, one module per Slack feature."""
