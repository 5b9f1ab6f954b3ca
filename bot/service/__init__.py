"""What people can ask of the bot; each answer is decided and stored in one transaction."""
