"""A Telegram of our own on loopback, for the demonstration and the tests: a real MTProto server.

It knows bots, their customers and private chats, and behaves as Telegram does or, by a switch, as
badly as Telegram can. It imports nothing of the product, so that each can prove the other wrong.
"""

from support.telegram.local.keys import PUBLIC_KEY
from support.telegram.local.server import Handle, LocalTelegram, run_in_thread

__all__ = ["PUBLIC_KEY", "Handle", "LocalTelegram", "run_in_thread"]
