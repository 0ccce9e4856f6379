"""RPCs about files: uploading parts, making media of them, downloading pieces."""

import contextlib
import hashlib
from pathlib import Path
from typing import Any

from pyrogram.raw import functions, types
from pyrogram.raw.core import TLObject

from support.telegram.local import images, media
from support.telegram.local.call import Call, boolean
from support.telegram.local.refusals import Refusal, Unknown
from support.telegram.local.store import Row

LARGEST_PHOTO = 10 * 1024 * 1024
UPLOADED = (types.InputMediaUploadedPhoto, types.InputMediaUploadedDocument)


async def save_part(call: Call, query: Any) -> TLObject[Any]:
    call.world.files.save_part(call.bot, query.file_id, query.file_part, query.bytes)
    return boolean(True)


async def get_file(call: Call, query: Any) -> TLObject[Any]:
    location = query.location
    if not isinstance(location, types.InputPhotoFileLocation | types.InputDocumentFileLocation):
        raise Refusal(400, "LOCATION_INVALID")
    row = _known(call, location)
    data = call.world.files.piece(row, query.offset, query.limit)
    kind = types.storage.FileJpeg() if row["kind"] == "photo" else types.storage.FileUnknown()
    return types.upload.File(type=kind, mtime=call.now, bytes=data)


async def media_of(call: Call, wanted: Any) -> Any:
    """The media a bot sends: an upload made a file of ours, or a file sent again by its id."""
    if isinstance(wanted, types.InputMediaUploadedPhoto):
        row = await _adopt(call, wanted.file)
        return media.photo(row, call.world.files.path(row), call.now)
    if isinstance(wanted, types.InputMediaUploadedDocument):
        row = await _adopt(call, wanted.file, document=wanted.mime_type)
        return media.document(row, call.now, wanted.attributes)
    if isinstance(wanted, types.InputMediaPhoto):
        row = _known(call, wanted.id)
        return media.photo(row, call.world.files.path(row), call.now)
    if isinstance(wanted, types.InputMediaDocument):
        row = _known(call, wanted.id)
        name = types.DocumentAttributeFilename(file_name=row["name"])
        return media.document(row, call.now, [name])
    raise Refusal(400, "MEDIA_INVALID")


async def forget_upload(call: Call, wanted: Any) -> None:
    """Frees the parts of an upload whose message is written."""
    if isinstance(wanted, UPLOADED):
        upload: Any = wanted.file
        await call.world.files.forget_parts(call.bot, upload.id)


async def _adopt(call: Call, file: Any, *, document: str | None = None) -> Row:
    """Makes an upload a file: a document of that type, or else a photo."""
    if not isinstance(file, types.InputFile | types.InputFileBig):
        raise Refusal(400, "FILE_ID_INVALID")
    arrived = await call.world.files.assemble(call.bot, file.id, file.parts)
    try:
        _check_sum(arrived, file)
        mime = document if document is not None else _photo_type(arrived)
    except Refusal:
        arrived.unlink()
        raise
    kind = "photo" if document is None else "document"
    return call.world.files.adopt(arrived, kind=kind, name=file.name, mime=mime)


def _check_sum(arrived: Path, file: Any) -> None:
    if isinstance(file, types.InputFile) and file.md5_checksum:
        digest = hashlib.md5(arrived.read_bytes(), usedforsecurity=False).hexdigest()
        if digest != file.md5_checksum:
            raise Refusal(400, "MD5_CHECKSUM_INVALID")


def _photo_type(arrived: Path) -> str:
    if arrived.stat().st_size > LARGEST_PHOTO:
        raise Refusal(400, "PHOTO_SAVE_FILE_INVALID")
    picture = images.look(arrived)
    if picture is None:
        raise Refusal(400, "IMAGE_PROCESS_FAILED")
    return picture.mime


def _known(call: Call, wanted: Any) -> Row:
    with contextlib.suppress(Unknown):
        row = call.world.files.find(wanted.id)
        if row["access_hash"] == wanted.access_hash:
            return row
    raise Refusal(400, "FILE_ID_INVALID")


TABLE = {
    functions.upload.SaveFilePart: save_part,
    functions.upload.SaveBigFilePart: save_part,
    functions.upload.GetFile: get_file,
}
