"""Switchboard: the support desk of Telegram bots."""
