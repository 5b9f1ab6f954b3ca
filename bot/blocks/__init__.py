"""Block Kit: values in, dictionaries out."""
