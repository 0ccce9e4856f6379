"""The messages of MTProto itself: pings, acknowledgements, questions about messages."""

import time
from collections.abc import Callable
from typing import Any

from pyrogram.raw import functions, types
from pyrogram.raw.core import FutureSalt, FutureSalts

from support.telegram.local.connection import Connection
from support.telegram.local.envelope import Letter
from support.telegram.local.keyring import SALT_SECONDS, Keyring
from support.telegram.local.session import Session

RECEIVED, UNKNOWN = 4, 1
Answer = Callable[[Connection, Session, Letter, Any], None]


def table(keyring: Keyring) -> dict[type, Answer]:
    """Which service message is answered how; what is not in it is an RPC."""

    def future_salts(_link: Connection, session: Session, letter: Letter, _query: Any) -> None:
        now = int(time.time())
        salt = FutureSalt(now, now + SALT_SECONDS, keyring.salt(session.login, now=now))
        session.service(FutureSalts(letter.message_id, now, [salt]))

    return {**TABLE, functions.GetFutureSalts: future_salts}


def _ping(_link: Connection, session: Session, letter: Letter, query: Any) -> None:
    session.service(types.Pong(msg_id=letter.message_id, ping_id=query.ping_id))


def _ping_or_leave(link: Connection, session: Session, letter: Letter, query: Any) -> None:
    link.close_after(query.disconnect_delay)
    _ping(link, session, letter, query)


def _acknowledged(_link: Connection, session: Session, _letter: Letter, query: Any) -> None:
    session.acknowledge(query.msg_ids)


def _state(_link: Connection, session: Session, letter: Letter, query: Any) -> None:
    states = "".join(chr(RECEIVED if session.knows(one) else UNKNOWN) for one in query.msg_ids)
    session.service(types.MsgsStateInfo(req_msg_id=letter.message_id, info=states))


def _resend(_link: Connection, session: Session, _letter: Letter, query: Any) -> None:
    session.resend(query.msg_ids)


def _drop_answer(_link: Connection, session: Session, letter: Letter, _query: Any) -> None:
    session.reply(letter.message_id, types.RpcAnswerUnknown())


def _destroy_session(_link: Connection, session: Session, _letter: Letter, query: Any) -> None:
    session.service(types.DestroySessionNone(session_id=query.session_id))


def _nothing(*_ignored: Any) -> None:
    """Some messages want no answer."""


TABLE: dict[type, Answer] = {
    functions.Ping: _ping,
    functions.PingDelayDisconnect: _ping_or_leave,
    functions.RpcDropAnswer: _drop_answer,
    functions.DestroySession: _destroy_session,
    types.MsgsAck: _acknowledged,
    types.MsgsStateReq: _state,
    types.MsgResendReq: _resend,
    types.MsgsAllInfo: _nothing,
    types.MsgsStateInfo: _nothing,
    types.HttpWait: _nothing,
}
