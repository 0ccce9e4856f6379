"""x"""

from flask import Blueprint

blueprint = Blueprint("conditions", __name__, url_prefix="/conditions")


@blueprint.get("")
def index() -> str:
    return ""
