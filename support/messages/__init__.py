"""Messages: received from the customer, replied by the assignee, settled by Telegram.

The row is the outbox: a reply waits in the table until Telegram has accepted it, and its
`random_id` makes every repeat the same message.
"""

from support.messages.again import discard, retry, tries_again
from support.messages.delivery import accepted, failed, held
from support.messages.incoming import (
    Incoming,
    Media,
    Person,
    customer_of,
    deleted,
    edited,
    fetched,
    find,
    find_customer,
    receive,
    unfetched,
)
from support.messages.parts import Upload
from support.messages.reply import TEXT_LIMIT, made_before, reply

__all__ = [
    "TEXT_LIMIT",
    "Incoming",
    "Media",
    "Person",
    "Upload",
    "accepted",
    "customer_of",
    "deleted",
    "discard",
    "edited",
    "failed",
    "fetched",
    "find",
    "find_customer",
    "held",
    "made_before",
    "receive",
    "reply",
    "retry",
    "tries_again",
    "unfetched",
]
