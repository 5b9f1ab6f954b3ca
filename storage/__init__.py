"""The bot's database."""
