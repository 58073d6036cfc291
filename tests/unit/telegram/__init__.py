"""The Telegram adapter, part by part."""
