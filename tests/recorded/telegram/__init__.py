"""What Telegram sends, and what we make of it."""
