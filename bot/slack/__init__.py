"""The edges to Slack: what is posted and edited, and why Slack refused a call."""
