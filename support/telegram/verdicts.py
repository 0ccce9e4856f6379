"""What an error of Telegram means for a letter: try again, wait, give up, or log in anew."""

from __future__ import annotations

from pyrogram.errors import (
    AuthKeyDuplicated,
    Flood,
    InternalServerError,
    RPCError,
    SeeOther,
    ServiceUnavailable,
    Unauthorized,
    UnknownError,
)
from pyrogram.session.session import AuthKeyNotFound

from support.refusals import N_, Refusal

BLOCKED = N_("The customer has blocked the bot.")
FILE_GONE = N_("The file is no longer here. Attach it again.")
REFUSED = N_("Telegram refused this message.")
FAILED = N_("This message could not be sent. Try it again.")
NEEDS_CARE = N_(
    "This text meets a risk word by now, so it was not sent. Try it again to see which."
)

# Why Telegram will never take a letter as it is.
SENTENCES = {
    "USER_IS_BLOCKED": BLOCKED,
    "INPUT_USER_DEACTIVATED": N_("The customer has deleted the Telegram account."),
    "PEER_ID_INVALID": N_("This customer has never written to the bot, so it cannot write first."),
    "USER_ID_INVALID": N_("Telegram does not know this customer any more."),
    "MESSAGE_TOO_LONG": N_("This text is too long for one Telegram message."),
    "MEDIA_CAPTION_TOO_LONG": N_("The text under a file is limited to 1,024 characters."),
    "MESSAGE_EMPTY": N_("Telegram sees no text in this message."),
    "ENTITY_BOUNDS_INVALID": N_("Telegram does not accept the formatting of this text."),
    "PHOTO_INVALID_DIMENSIONS": N_("Telegram does not accept this picture. Send it as a file."),
    "PHOTO_EXT_INVALID": N_("Telegram does not accept this picture. Send it as a file."),
    "PHOTO_INVALID": N_("Telegram does not accept this picture. Send it as a file."),
    "PHOTO_SAVE_FILE_INVALID": N_("Telegram does not accept this picture. Send it as a file."),
    "IMAGE_PROCESS_FAILED": N_("Telegram does not accept this picture. Send it as a file."),
    "FILE_PARTS_INVALID": N_("Telegram does not accept a file of this size."),
    "CHAT_WRITE_FORBIDDEN": N_("The bot may not write in this chat."),
}
# The same of a message to a colleague.
STAFF = {
    "USER_IS_BLOCKED": N_("You have blocked the bot in Telegram. Start it again there."),
    "INPUT_USER_DEACTIVATED": N_("This Telegram account is deleted."),
    "PEER_ID_INVALID": N_("The bot cannot write to this account. Link it again."),
    "USER_ID_INVALID": N_("The bot cannot write to this account. Link it again."),
}
# The message quoted is gone: the letter is sent without the quote.
UNQUOTABLE = {"REPLY_MESSAGE_ID_INVALID", "MESSAGE_ID_INVALID", "MSG_ID_INVALID"}
# Telegram has lost a part of the file: it is brought again.
LOST_PARTS = {"FILE_PART_X_MISSING", "FILE_PART_0_MISSING", "FILE_ID_INVALID", "MEDIA_EMPTY"}
# The same letter is being taken, or was.
TAKEN = {"RANDOM_ID_DUPLICATE"}


def name_of(error: RPCError) -> str:
    """Return Telegram's name of an error, also of one that the library does not know."""
    if error.ID:
        return error.ID
    words = str(error.value or "").strip("[]").split()
    return words[-1] if words else str(error.NAME)


def is_fatal(error: Exception) -> bool:
    """Whether the login is no good any more: another one is needed."""
    return isinstance(error, Unauthorized | AuthKeyDuplicated | AuthKeyNotFound)


def flood_seconds(error: Exception) -> float | None:
    """Return the seconds that Telegram asks to wait, or None; half a minute if it names none."""
    if not isinstance(error, Flood):
        return None
    return float(error.value) if isinstance(error.value, int) else 30.0


def is_passing(error: Exception) -> bool:
    """Whether the same letter may be taken in a moment: no answer came, or none that counts."""
    if isinstance(error, RPCError) and name_of(error) in TAKEN:
        return False
    return isinstance(
        error, OSError | SeeOther | InternalServerError | ServiceUnavailable | UnknownError
    )


def last_word(error: Exception) -> str:
    """Return what the agent reads of a letter that no try has brought further."""
    return error.sentence if isinstance(error, Refusal) else FAILED


def sentence(error: RPCError, *, staff: bool = False) -> str:
    """Return what the agent reads; of a message to himself where it is `staff`."""
    return (STAFF if staff else SENTENCES).get(name_of(error), REFUSED)
