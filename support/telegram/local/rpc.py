"""Remote procedure calls: what is known, and errors as Telegram words them."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from pyrogram.raw import functions, types
from pyrogram.raw.core import TLObject

from support.telegram.local import rpc_account, rpc_files, rpc_messages
from support.telegram.local.call import Call
from support.telegram.local.refusals import Refusal

log = logging.getLogger(__name__)

Handler = Callable[[Call, Any], Awaitable[TLObject[Any]]]
TABLE: dict[type, Handler] = {**rpc_account.TABLE, **rpc_files.TABLE, **rpc_messages.TABLE}

WRAPPERS = (
    functions.InvokeWithLayer,
    functions.InitConnection,
    functions.InvokeAfterMsg,
    functions.InvokeAfterMsgs,
    functions.InvokeWithoutUpdates,
)
# Queries that do not ask for updates: files travel on connections of their own.
QUIET = ("help.", "auth.", "upload.")
FOR_STRANGERS = frozenset(
    {
        "help.getconfig",
        "help.getnearestdc",
        "auth.importbotauthorization",
        "auth.importauthorization",
    }
)


def unwrap(query: Any) -> tuple[Any, bool]:
    """The query inside its wrappers, and whether it may subscribe its session to updates."""
    wants_updates = True
    while isinstance(query, WRAPPERS):
        wants_updates = wants_updates and not isinstance(query, functions.InvokeWithoutUpdates)
        query = query.query
    return query, wants_updates and not method_of(query).startswith(QUIET)


def method_of(query: Any) -> str:
    """The method's name as Telegram writes it, in lower case: "messages.sendmessage"."""
    return getattr(query, "QUALNAME", "").partition(".")[2].lower()


async def answer(call: Call, query: Any) -> TLObject[Any]:
    """The result of a query, or its error; no query can end the conversation."""
    try:
        return await _run(call, query)
    except Refusal as refusal:
        return types.RpcError(error_code=refusal.code, error_message=refusal.name)
    except Exception:
        log.exception("%s failed", call.method)
        return types.RpcError(error_code=500, error_message="RPC_CALL_FAIL")


async def _run(call: Call, query: Any) -> TLObject[Any]:
    handler = TABLE.get(type(query))
    if handler is None:
        raise Refusal(400, "METHOD_INVALID")
    if call.login.bot is None and call.method not in FOR_STRANGERS:
        raise Refusal(401, "AUTH_KEY_UNREGISTERED")
    fault = call.world.faults.take("rpc_error", method=call.method)
    if fault:
        raise Refusal(int(fault.get("code") or 500), str(fault.get("text") or "RPC_CALL_FAIL"))
    return await handler(call, query)
