"""Files: uploaded in parts, described in messages, fetched by references that end."""

import os
import random

from pyrogram.raw import types

from tests.foreign.refusal import Refused

FILE_DC = 4


class Files:
    """All files; a `stale` one has a reference that is refused once."""

    def __init__(self):
        self._parts, self._kept, self._stale = {}, {}, set()

    def part(self, query):
        self._parts.setdefault(query.file_id, {})[query.file_part] = query.bytes

    def uploaded(self, file):
        """Put an uploaded file together; a part of it that is missing is named."""
        parts = self._parts.get(file.id, {})
        missing = [number for number in range(file.parts) if number not in parts]
        if missing:
            raise Refused(400, f"FILE_PART_{missing[0]}_MISSING")
        return b"".join(parts[number] for number in range(file.parts))

    def lose(self):
        self._parts.clear()

    def photo(self, content, *, stale=False):
        """Describe a picture in five sizes, of which one is inline and one comes in stages."""
        sizes = [
            types.PhotoStrippedSize(type="i", bytes=os.urandom(40)),
            types.PhotoSize(type="m", w=320, h=240, size=10),
            types.PhotoSizeProgressive(
                type="y", w=1280, h=960, sizes=[len(content) // 3, len(content)]
            ),
            types.PhotoSize(type="x", w=800, h=600, size=20),
            types.PhotoCachedSize(type="s", w=90, h=67, bytes=b"small"),
        ]
        photo = types.Photo(**self._named({"y": content, "m": b"m" * 10}, stale), sizes=sizes)
        return types.MessageMediaPhoto(photo=photo)

    def document(self, content, name, mime, *, stale=False):
        attributes = [types.DocumentAttributeFilename(file_name=name)]
        document = types.Document(
            **self._named({"": content}, stale),
            mime_type=mime,
            size=len(content),
            attributes=attributes,
        )
        return types.MessageMediaDocument(document=document)

    def _named(self, contents, stale):
        number, access_hash = random.getrandbits(62), random.getrandbits(62)
        self._kept[number] = [contents, access_hash, os.urandom(20)]
        if stale:
            self._stale.add(number)
        reference = self._kept[number][2]
        named = {"id": number, "access_hash": access_hash, "file_reference": reference}
        return named | {"date": 1_700_000_000, "dc_id": FILE_DC}

    def content(self, document):
        return self._kept[document.id][0][""]

    def freshened(self, media):
        """Bring the reference of a message's file up to date."""
        thing = getattr(media, "photo", None) or getattr(media, "document", None)
        if thing is not None:
            thing.file_reference = self._kept[thing.id][2]

    def fetched(self, query):
        """Return a piece of a file."""
        place = query.location
        kept = self._kept.get(place.id)
        if kept is None or kept[1] != place.access_hash:
            raise Refused(400, "LOCATION_INVALID")
        if place.id in self._stale:
            self._stale.discard(place.id)
            kept[2] = os.urandom(20)
        if kept[2] != place.file_reference:
            raise Refused(400, "FILE_REFERENCE_EXPIRED")
        if query.offset % 4096 or query.limit % 4096 or 2**20 % query.limit:
            raise Refused(400, "LIMIT_INVALID")
        content = kept[0][place.thumb_size]
        return content[query.offset : query.offset + query.limit]
