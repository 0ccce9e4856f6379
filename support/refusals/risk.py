"""What the desk refuses where words need care."""

from __future__ import annotations

from support.refusals.base import N_, Refusal


class RiskUnchecked(Refusal):
    """Closed, not open: what cannot be checked does not leave."""

    sentence = N_("This text could not be checked for risk words, so nothing was sent. Try again.")
    status = 503


class AttemptSettled(Refusal):
    sentence = N_("This attempt is settled already, or its time is over.")
    status = 409


class AttemptLeft(Refusal):
    sentence = N_("%(name)s does not hold this conversation any more. There is nothing to decide.")
    status = 409


class OwnApproval(Refusal):
    sentence = N_("Nobody approves what he wants to send himself.")
    status = 403


class ConfirmationWhyMissing(Refusal):
    sentence = N_("Say why it is right to send it: whoever looks at the records reads this.")


class RejectionWhyMissing(Refusal):
    sentence = N_("Say why it is rejected, so that the next text is better.")
