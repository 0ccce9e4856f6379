"""Refusals of the lists of risk words and of a company's own addresses."""

from __future__ import annotations

from support.refusals.base import N_, Refusal


class RiskGroupNameTaken(Refusal):
    sentence = N_("A group of risk words named “%(name)s” applies here already.")


class RiskGroupNowhere(Refusal):
    sentence = N_("Choose one project at least, or remove the group.")


class RiskGroupShared(Refusal):
    sentence = N_("“%(name)s” applies to other projects too: ask an owner to change it.")
    status = 403


class RiskWordsMissing(Refusal):
    sentence = N_("Write one at least, a line each.")


class RiskWordEmpty(Refusal):
    sentence = N_("Line %(line)s has nothing in it that could be found.")


class RiskWordTooLong(Refusal):
    sentence = N_("Line %(line)s has %(length)s characters; %(limit)s is the most.")


class RiskShapeUnknown(Refusal):
    sentence = N_("Line %(line)s: “%(text)s” is no shape. Choose one of: %(shapes)s.")


class RiskListFull(Refusal):
    sentence = N_("A group holds %(limit)s words at most. Make another group for the rest.")


class OwnAddressTaken(Refusal):
    sentence = N_("“%(text)s” is on the list already.")


class OwnAddressBroken(Refusal):
    sentence = N_(
        "“%(text)s” looks like a %(kind)s address, but its checksum is wrong: a letter is missing "
        "or mistyped. Copy it again."
    )


class OwnAddressUnfit(Refusal):
    sentence = N_("An address is one word of 8 to %(limit)s letters and digits.")


class CsvUnreadable(Refusal):
    sentence = N_("This is no CSV file that can be read here: save it as CSV in UTF-8.")


class CsvHasErrors(Refusal):
    sentence = N_("Nothing was imported: correct the lines below first.")


class CsvTooLong(Refusal):
    sentence = N_("This file has more than %(limit)s lines. Import it in parts.")


class CsvChangesNothing(Refusal):
    sentence = N_("Everything in this file is on the lists already.")


class CsvNoGroup(Refusal):
    sentence = N_("Line %(line)s names no group; a group's name has 1 to %(limit)s characters.")


class CsvBadCell(Refusal):
    sentence = N_("Line %(line)s: “%(text)s” cannot be a %(column)s. Choose one of: %(choices)s.")


class CsvContradiction(Refusal):
    sentence = N_("Line %(line)s says something else of the group “%(group)s” than a line before.")
