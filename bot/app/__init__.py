"""The composition root: puts a running bot together from its settings."""
