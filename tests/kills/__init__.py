"""The bot is killed at every step of its work, and at random, and must lose nothing."""
