"""Looks at customers' addresses, between names and servers that lie."""
