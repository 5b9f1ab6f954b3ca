"""Tests of the edges to Slack."""
