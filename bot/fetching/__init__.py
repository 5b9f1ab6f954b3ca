"""Looks at customers' addresses, and reaches nothing else by them; knows nothing of this bot."""
