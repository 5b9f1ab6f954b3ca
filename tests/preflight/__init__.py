"""Looks beside open modals."""
