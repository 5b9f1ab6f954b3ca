"""What happens after a confirmation, durably: send each call, follow it, keep the card true."""
