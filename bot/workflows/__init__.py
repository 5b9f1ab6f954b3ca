"""What happens after a confirmation, durably: send each task, follow it, keep the card true."""
