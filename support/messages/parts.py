"""What a reply is made of: its text and files, cut into the messages that Telegram takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from support import utf16
from support.models import Attachment
from support.risk import Part


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of an agent that is in the store already, under its random name `path`."""

    path: str
    file_name: str
    mime: str
    size: int
    kind: str = "document"
    width: int | None = None
    height: int | None = None
    preview: str | None = None

    def given(self, *, now: datetime) -> Attachment:
        """Return the row of a message's file."""
        return Attachment(
            kind=self.kind,
            file_name=self.file_name[:255],
            mime=self.mime[:255],
            size=self.size,
            width=self.width,
            height=self.height,
            path=self.path,
            preview=self.preview,
            fetched_at=now,
        )


@dataclass(frozen=True, slots=True)
class Said:
    """A reply as its agent wrote it: the text, the files, and which message it quotes."""

    text: str
    uploads: tuple[Upload, ...]
    reply_to: int | None

    @property
    def bound(self) -> tuple[object, ...]:
        """What belongs to its wording, so that a token is good for nothing else."""
        return (self.reply_to, [upload.size for upload in self.uploads])

    def checked(self) -> list[Part]:
        """Return what the customer would read of it, for the gate."""
        surface = "caption" if self.uploads else "reply"
        names = [Part("file_name", upload.file_name) for upload in self.uploads]
        return [Part(surface, self.text.strip()), *names]

    def cut(self) -> Iterator[tuple[str, Upload | None]]:
        """Cut it into messages: files first, the text as the last one's caption if it fits."""
        text, files = self.text.strip(), list(self.uploads)
        last = files.pop() if files and utf16.length(text) <= utf16.CAPTION_LIMIT else None
        yield from (("", upload) for upload in files)
        if last is not None:
            yield text, last
        else:
            yield from ((part, None) for part in utf16.split(text))
