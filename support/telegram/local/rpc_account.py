"""RPCs about the connection, the login, the bot itself and its state."""

from typing import Any

from pyrogram.raw import functions, types
from pyrogram.raw.core import TLObject

from support.telegram.local import bot_side, people, updates
from support.telegram.local.call import Call, boolean, objects, vector
from support.telegram.local.envelope import Frozen
from support.telegram.local.limits import LONGEST_CAPTION, LONGEST_TEXT
from support.telegram.local.media import DC
from support.telegram.local.refusals import Refusal

MOST_COMMANDS = 100


async def get_config(call: Call, _query: Any) -> TLObject[Any]:
    host, port = call.accounts.address
    return types.Config(
        date=call.now,
        expires=call.now + 3600,
        test_mode=False,
        this_dc=DC,
        dc_options=[types.DcOption(id=dc, ip_address=host, port=port) for dc in range(1, 6)],
        me_url_prefix="https://t.me/",
        caption_length_max=LONGEST_CAPTION,
        message_length_max=LONGEST_TEXT,
        webfile_dc_id=DC,
        **CONSTANTS,
    )


async def get_nearest_dc(_call: Call, _query: Any) -> TLObject[Any]:
    return types.NearestDc(country="", this_dc=DC, nearest_dc=DC)


async def import_bot_authorization(call: Call, query: Any) -> TLObject[Any]:
    denied = call.world.faults.take("deny_login")
    if denied:
        raise Refusal(400, str(denied.get("error") or "ACCESS_TOKEN_INVALID"))
    bot = people.bot_of_token(call.world.store, query.bot_auth_token)
    if bot is None:
        raise Refusal(400, "ACCESS_TOKEN_INVALID")
    call.accounts.log_in(call.login, bot["id"])
    return types.auth.Authorization(user=people.bot_user(bot))


async def export_authorization(call: Call, query: Any) -> TLObject[Any]:
    if not 1 <= query.dc_id <= 5:
        raise Refusal(400, "DC_ID_INVALID")
    return types.auth.ExportedAuthorization(id=call.bot, bytes=call.accounts.ticket(call.bot))


async def import_authorization(call: Call, query: Any) -> TLObject[Any]:
    bot = call.accounts.redeem(query.bytes)
    if bot is None or bot != query.id:
        raise Refusal(400, "AUTH_BYTES_INVALID")
    call.accounts.log_in(call.login, bot)
    return types.auth.Authorization(user=people.bot_user(people.find_bot(call.world.store, bot)))


async def log_out(call: Call, _query: Any) -> TLObject[Any]:
    call.accounts.log_out(call.login)
    return types.auth.LoggedOut()


async def get_state(call: Call, _query: Any) -> TLObject[Any]:
    return updates.state(call.world.store, call.bot, now=call.now)


async def get_difference(call: Call, query: Any) -> TLObject[Any]:
    store = call.world.store
    if call.world.faults.take("too_long", bot=call.bot):
        return types.updates.DifferenceTooLong(pts=people.find_bot(store, call.bot)["pts"])
    return updates.difference(store, call.bot, pts=query.pts, qts=query.qts, now=call.now)


async def get_users(call: Call, query: Any) -> TLObject[Any]:
    return vector([_user_or_empty(call, wanted) for wanted in objects(query.id, 4)])


async def get_full_user(call: Call, query: Any) -> TLObject[Any]:
    user = bot_side.user(call.world, call.bot, query.id)
    about = types.UserFull(
        id=user.id,
        settings=types.PeerSettings(),
        notify_settings=types.PeerNotifySettings(),
        common_chats_count=0,
        bot_info=types.BotInfo(user_id=user.id, commands=[]) if user.bot else None,
    )
    return types.users.UserFull(full_user=about, chats=[], users=[user])


async def set_bot_commands(call: Call, query: Any) -> TLObject[Any]:
    if len(query.commands) > MOST_COMMANDS:
        raise Refusal(400, "BOT_COMMAND_INVALID")
    call.world.store.run(
        "INSERT INTO commands (bot, scope, language, tl) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET tl = excluded.tl",
        *(call.bot, query.scope.write(), query.lang_code, vector(query.commands).write()),
    )
    return boolean(True)


async def reset_bot_commands(call: Call, query: Any) -> TLObject[Any]:
    call.world.store.run(
        "DELETE FROM commands WHERE bot = ? AND scope = ? AND language = ?",
        *(call.bot, query.scope.write(), query.lang_code),
    )
    return boolean(True)


async def get_bot_commands(call: Call, query: Any) -> TLObject[Any]:
    row = call.world.store.one(
        "SELECT tl FROM commands WHERE bot = ? AND scope = ? AND language = ?",
        *(call.bot, query.scope.write(), query.lang_code),
    )
    return Frozen(row["tl"]) if row else vector([])


def _user_or_empty(call: Call, wanted: Any) -> Any:
    try:
        return bot_side.user(call.world, call.bot, wanted)
    except Refusal:
        return types.UserEmpty(id=getattr(wanted, "user_id", 0))


# Telegram's own values, which no bot looks at; the type demands them.
CONSTANTS: dict[str, Any] = {
    "dc_txt_domain_name": "",
    "chat_size_max": 200,
    "megagroup_size_max": 200_000,
    "forwarded_count_max": 100,
    "online_update_period_ms": 210_000,
    "offline_blur_timeout_ms": 5_000,
    "offline_idle_timeout_ms": 30_000,
    "online_cloud_timeout_ms": 300_000,
    "notify_cloud_delay_ms": 30_000,
    "notify_default_delay_ms": 1_500,
    "push_chat_period_ms": 60_000,
    "push_chat_limit": 2,
    "edit_time_limit": 172_800,
    "revoke_time_limit": 2_147_483_647,
    "revoke_pm_time_limit": 2_147_483_647,
    "rating_e_decay": 2_419_200,
    "stickers_recent_limit": 200,
    "channels_read_media_period": 604_800,
    "call_receive_timeout_ms": 20_000,
    "call_ring_timeout_ms": 90_000,
    "call_connect_timeout_ms": 30_000,
    "call_packet_timeout_ms": 10_000,
}

TABLE = {
    functions.help.GetConfig: get_config,
    functions.help.GetNearestDc: get_nearest_dc,
    functions.auth.ImportBotAuthorization: import_bot_authorization,
    functions.auth.ExportAuthorization: export_authorization,
    functions.auth.ImportAuthorization: import_authorization,
    functions.auth.LogOut: log_out,
    functions.updates.GetState: get_state,
    functions.updates.GetDifference: get_difference,
    functions.users.GetUsers: get_users,
    functions.users.GetFullUser: get_full_user,
    functions.bots.SetBotCommands: set_bot_commands,
    functions.bots.ResetBotCommands: reset_bot_commands,
    functions.bots.GetBotCommands: get_bot_commands,
}
