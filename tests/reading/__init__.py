"""Tests of what the bot reads."""
