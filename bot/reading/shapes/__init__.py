"""The shapes in which people write a list: a module with a reader for each."""
