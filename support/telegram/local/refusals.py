"""Every way the local Telegram says no: to bots in Telegram's words, to the control API in ours."""


class Refusal(Exception):
    """An RPC error, exactly as Telegram words it."""

    def __init__(self, code: int, name: str) -> None:
        super().__init__(f"{code} {name}")
        self.code = code
        self.name = name


class Impossible(Exception):
    """The control API was asked for what cannot be; its text is a sentence for a person."""

    status = 400


class Unknown(Impossible):
    """The control API was asked about something that does not exist."""

    status = 404


class Unauthorized(Impossible):
    """The control API was asked without its secret."""

    status = 401
