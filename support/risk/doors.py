"""Every path to a customer, and how it is checked; a path that is not listed here fails a test.

Who adds a door (a survey, an automatic text, an edit, buttons) calls `risk.check` in its verb
before anything is written, and lists it.
"""

from __future__ import annotations

GATE = "its verb asks the gate before it writes"
LAST_LOOK = "the sender looks once more before it calls this"
ACCEPTED = "marks what Telegram has already"
COLLEAGUE = "concerns colleagues alone"
ARRIVED = "concerns a file that came from a customer"
WORDLESS = "carries no words"

DOORS = {
    "support/messages/reply.py:_message": GATE,
    "support/messages/again.py:_reset": GATE,
    "support/messages/delivery.py:accepted": ACCEPTED,
    "support/messages/incoming.py:fetched": ARRIVED,
    "support/notices/outgoing.py:accepted": COLLEAGUE,
    "support/telegram/post.py:_text": LAST_LOOK,
    "support/telegram/post.py:_media": LAST_LOOK,
    "support/telegram/difference.py:numbered": WORDLESS,
    "support/telegram/errands.py:_agent_types": WORDLESS,
    "support/telegram/errands.py:_pressed": WORDLESS,
    "support/telegram/media.py:_fresh": WORDLESS,
}
