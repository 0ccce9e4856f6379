"""`python -m support.telegram.local`: the local Telegram as a process of its own."""

import argparse
import asyncio
import secrets
import signal
import sys
from pathlib import Path

from support.telegram.local.server import LocalTelegram


def main() -> None:
    given = _arguments()
    asyncio.run(_serve(given))


async def _serve(given: argparse.Namespace) -> None:
    server = LocalTelegram(given.folder, secret=given.secret)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await server.start(port=given.port, control_port=given.control_port)
    sys.stdout.write(f"local telegram ready mtproto={server.port} control={server.control_port}\n")
    sys.stdout.flush()
    await stopped.wait()
    await server.stop()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="support.telegram.local", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where everything is kept")
    parser.add_argument("--port", type=int, default=0, help="for MTProto; any free one by default")
    parser.add_argument("--control-port", type=int, default=0, help="for the control API")
    parser.add_argument("--secret", default="", help="opens the control API")
    given = parser.parse_args()
    if not given.secret:
        given.secret = secrets.token_urlsafe()
        sys.stderr.write(f"the control API opens with {given.secret}\n")
    return given


if __name__ == "__main__":
    main()
