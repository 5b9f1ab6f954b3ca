"""User stories, played through the real bot."""
