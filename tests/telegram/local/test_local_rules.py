"""The small rules on their own: faults, paces, pictures, formatting."""

from pathlib import Path

import pytest
from pyrogram.raw import types

from support.telegram.local import images, keys, shapes
from support.telegram.local.faults import Faults
from support.telegram.local.handshake import Handshake, HandshakeFailed
from support.telegram.local.limits import Bucket
from support.telegram.local.refusals import Impossible

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080030004001011100")
GIF = b"GIF89a" + (64).to_bytes(2, "little") + (48).to_bytes(2, "little")
LOSSY = (
    b"RIFF\0\0\0\0WEBPVP8 " + bytes(10) + (64).to_bytes(2, "little") + (48).to_bytes(2, "little")
)
LOSSLESS = b"RIFF\0\0\0\0WEBPVP8L" + bytes(5) + (63 | 47 << 14).to_bytes(4, "little")
EXTENDED = b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + b"\x3f\0\0\x2f\0\0"


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (JPEG, "image/jpeg"),
        (GIF, "image/gif"),
        (LOSSY, "image/webp"),
        (LOSSLESS, "image/webp"),
        (EXTENDED, "image/webp"),
    ],
)
def test_a_picture_tells_its_kind_and_size(tmp_path: Path, data: bytes, mime: str) -> None:
    (tmp_path / "picture").write_bytes(data)
    assert images.look(tmp_path / "picture") == (mime, 64, 48)


@pytest.mark.parametrize("data", [b"", b"text", b"\xff\xd8\xff", b"RIFF\0\0\0\0WAVE"])
def test_anything_else_is_no_picture(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "picture").write_bytes(data)
    assert images.look(tmp_path / "picture") is None


def test_a_switch_strikes_as_often_as_it_was_told() -> None:
    faults = Faults()
    faults.set("drop_reply", {"method": "messages.sendMessage", "times": 2})
    assert not faults.take("drop_reply", method="updates.getstate")
    assert faults.take("drop_reply", method="messages.sendmessage")
    assert faults.take("drop_reply", method="messages.sendmessage")
    assert not faults.take("drop_reply", method="messages.sendmessage")


def test_a_cleared_flood_wait_starts_anew() -> None:
    faults = Faults()
    faults.set("flood_wait", {"seconds": 3})
    assert faults.flood(1, now=100.0) == 3
    assert faults.flood(1, now=102.5) == 1
    faults.set("flood_wait", None)
    assert faults.flood(1, now=102.6) is None
    faults.set("flood_wait", {"seconds": 3})
    assert faults.flood(1, now=200.0) == 3
    assert faults.flood(1, now=203.0) is None
    assert faults.flood(1, now=203.1) is None


def test_a_bucket_refills() -> None:
    bucket = Bucket(capacity=1, per_second=0.5, level=1, at=0)
    assert [bucket.take(now) for now in (0.0, 0.1, 2.0)] == [0, 2, 0]


def test_formatting_is_written_as_it_was_read() -> None:
    given = [
        {"type": "text_link", "offset": 0, "length": 1, "url": "https://example.org/"},
        {"type": "pre", "offset": 1, "length": 1, "language": "python"},
        {"type": "bot_command", "offset": 2, "length": 1},
    ]
    message = types.Message(
        id=1,
        peer_id=types.PeerUser(user_id=1),
        date=1,
        message="abc",
        entities=shapes.entities(given),
    )
    row = {"id": 1, "out": 0, "deleted_at": None, "tl": message.write()}
    expected = [{**given[0], "type": "text_url"}, *given[1:]]
    assert shapes.message(row)["entities"] == expected
    with pytest.raises(Impossible):
        shapes.entities([{"type": "loud", "offset": 0, "length": 1}])


def test_a_handshake_out_of_order_fails() -> None:
    def keep(_key: bytes, _salt: int) -> None:
        raise AssertionError

    for packet in (
        bytes(20),
        bytes(20) + types.DhGenOk(nonce=1, server_nonce=2, new_nonce_hash1=3).write(),
    ):
        with pytest.raises(HandshakeFailed):
            Handshake(keys.server_key(), keep).answer(packet)
