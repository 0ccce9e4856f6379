"""Every way the desk says no, named as the sentence it answers.

Those of one chapter stand in a file beside this one and are found here too.
"""

from __future__ import annotations

from support.refusals.base import N_ as N_
from support.refusals.base import Refusal as Refusal
from support.refusals.groups import *  # noqa: F403 - found here as well
from support.refusals.moves import *  # noqa: F403 - found here as well
from support.refusals.promises import *  # noqa: F403 - found here as well
from support.refusals.reports import *  # noqa: F403 - found here as well
from support.refusals.risk import *  # noqa: F403 - found here as well
from support.refusals.risk_words import *  # noqa: F403 - found here as well


class NotFound(Refusal):
    """Also the answer for what exists but belongs to others."""

    sentence = N_("There is nothing here, or it is not yours to see.")
    status = 404


class NotAllowed(Refusal):
    sentence = N_("Your role does not allow this. Ask the owner of this workspace.")
    status = 403


class ViewUnrecorded(Refusal):
    """Who looks at a colleague's conversation is written down first, or sees nothing."""

    sentence = N_("This look could not be written down, so nothing is shown. Try again.")
    status = 503


class BadSetting(Refusal):
    sentence = N_("The setting %(name)s cannot be “%(value)s”. Correct it and start again.")


class NotAssignee(Refusal):
    sentence = N_("Only %(holder)s may reply to this customer now. Your text is kept as a draft.")
    status = 409


class NobodyHolds(Refusal):
    sentence = N_("Nobody holds this conversation. Take it first, then reply.")
    status = 409


class AlreadyTaken(Refusal):
    sentence = N_("%(holder)s was faster and holds this conversation now.")
    status = 409


class AlreadyResolved(Refusal):
    sentence = N_("This conversation is resolved. It reopens when the customer writes again.")
    status = 409


class MessageEmpty(Refusal):
    sentence = N_("There is nothing to send yet. Write something or attach a file.")


class NoteEmpty(Refusal):
    sentence = N_("A note needs some words.")


class TextTooLong(Refusal):
    sentence = N_("This text has %(length)s characters; %(limit)s is the most. Shorten it.")


class TooManyFiles(Refusal):
    sentence = N_("A reply carries %(limit)s files at most. Send the others after it.")


class FileEmpty(Refusal):
    sentence = N_("“%(name)s” is empty (0 bytes). Choose another file.")


class FileTooLarge(Refusal):
    sentence = N_("This file is larger than %(limit)s MB, the most this desk sends.")
    status = 413


class QuoteUnknown(Refusal):
    sentence = N_("The message you quote is not part of this conversation. Choose another.")


class NotRetryable(Refusal):
    sentence = N_("This message is not waiting for another try.")
    status = 409


class TransferToSelf(Refusal):
    sentence = N_("You hold this conversation already. Choose somebody else.")


class TransferTargetUnfit(Refusal):
    sentence = N_("%(name)s cannot take conversations of this project. Choose somebody else.")


class HandoverNoteMissing(Refusal):
    sentence = N_("This project asks for a note with every transfer. Write what was tried.")


class CustomerBlockedBot(Refusal):
    sentence = N_("The customer has blocked the bot, so nothing can reach them now.")
    status = 409


class WrongLogin(Refusal):
    sentence = N_("That e-mail address and password do not belong together.")
    status = 401


class TooManyTries(Refusal):
    sentence = N_("Too many tries. Wait %(minutes)s minutes, then try again.")
    status = 429


class BadEmail(Refusal):
    sentence = N_("“%(email)s” is not an e-mail address.")


class EmailTaken(Refusal):
    sentence = N_("Somebody with the address %(email)s exists already.")


class BadName(Refusal):
    sentence = N_("A name needs 1 to %(limit)s characters.")


class PasswordTooShort(Refusal):
    sentence = N_("A password needs at least %(limit)s characters.")


class PasswordCommon(Refusal):
    sentence = N_("That password is on every attacker's list. Choose another.")


class BadRole(Refusal):
    sentence = N_("“%(role)s” is not a role. Choose one of: %(roles)s.")


class LastOwner(Refusal):
    sentence = N_("This is the last owner. Make somebody else an owner first.")


class AgentUnknown(Refusal):
    sentence = N_("There is no agent with the address %(email)s.")


class ProjectUnknown(Refusal):
    sentence = N_("There is no project named “%(name)s”.")


class ProjectNameTaken(Refusal):
    sentence = N_("A project named “%(name)s” exists already.")


class BadToken(Refusal):
    sentence = N_("That is not a bot token. BotFather gives one like 123456:ABC-DEF.")


class TokenRefused(Refusal):
    sentence = N_("Telegram does not know this token. Copy it again from BotFather.")


class TokenTaken(Refusal):
    sentence = N_("The project “%(name)s” uses this bot already. One bot, one project.")


class TokenOfAnotherBot(Refusal):
    sentence = N_("That is the token of another bot than @%(name)s. Open a new project for it.")


class TelegramUnreachable(Refusal):
    sentence = N_("Telegram could not be reached, so the token was not checked. Try again.")
    status = 503


class TelegramNotConfigured(Refusal):
    sentence = N_("Set TELEGRAM_API_ID and TELEGRAM_API_HASH and start again.")


class BadTimezone(Refusal):
    sentence = N_("“%(zone)s” is not a time zone. Choose one like Europe/Berlin.")


class StaleForm(Refusal):
    sentence = N_("This page is older than your login. Reload it; what you typed is kept.")
    status = 400


class WrongPassword(Refusal):
    sentence = N_("That is not your password now. Nothing was changed.")


class BadChoice(Refusal):
    sentence = N_("“%(value)s” is not one of the choices here.")


class BadHours(Refusal):
    sentence = N_("Hours are a whole number from 0 to 720.")


class LoginEnded(Refusal):
    sentence = N_("Your login has ended. Log in again in another tab, then repeat this.")
    status = 401


class DatabaseBusy(Refusal):
    sentence = N_("The database is busy. Nothing was changed; try again in a moment.")
    status = 503


class TooManyRequests(Refusal):
    sentence = N_("That was too often. Wait a moment, then try again.")
    status = 429
