"""What several tests share: servers, databases, bots, samples, and readers of what was stored."""
