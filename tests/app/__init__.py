"""The bot put together: what starts, and what ends."""
