"""Who may do what: the gate's own table, for everybody to read."""

from __future__ import annotations

from flask import Blueprint, render_template

from support import access
from support.access import Right

blueprint = Blueprint("permissions", __name__, url_prefix="/permissions")


@blueprint.get("")
def index() -> str:
    """Show what each role may do, and which of the columns are the reader's own."""
    me = access.me()
    access.require_right(me, Right.OWN)
    own = {"owner"} if me.is_owner else {place.role for place in me.memberships}
    return render_template(
        "permissions/permissions.html", matrix=access.MATRIX, roles=access.ROLES, own=own
    )
