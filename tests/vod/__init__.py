"""Tests of the VOD client."""
