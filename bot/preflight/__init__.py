"""Looking at a draft's targets beside its open modal: it advises, and nobody waits for it."""
