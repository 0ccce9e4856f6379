"""What a call is refused with."""


class Refused(Exception):
    """An error with its code and its name, as Telegram answers it."""

    def __init__(self, code, name):
        super().__init__(name)
        self.code, self.name = code, name
