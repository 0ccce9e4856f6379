"""Previews: a picture is decoded and drawn anew in a bounded process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

MEMORY_MB = 768
SECONDS = 20

# Runs alone: a bomb ends this process, not the worker.
CHILD = """
import json, resource, sys
source, target, megabytes = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_AS, (int(megabytes) << 20,) * 2)
from PIL import Image, ImageOps
Image.MAX_IMAGE_PIXELS = 40_000_000
with Image.open(source, formats=("JPEG", "PNG", "WEBP", "GIF", "BMP")) as picture:
    kind = picture.format
    upright = ImageOps.exif_transpose(picture)
    size = upright.size
    upright.thumbnail((1280, 1280))
    upright.convert("RGB").save(target, "JPEG", quality=82)
print(json.dumps({"kind": kind, "width": size[0], "height": size[1]}))
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture turned out to be; `width` and `height` in pixels."""

    kind: str
    width: int
    height: int


def preview(source: Path, target: Path) -> Picture | None:
    """Draw a preview of `source` into `target`; None when it is no picture we can trust."""
    command = [sys.executable, "-c", CHILD, str(source), str(target), str(MEMORY_MB)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return None
    if done.returncode != 0:
        target.unlink(missing_ok=True)
        return None
    return Picture(**json.loads(done.stdout))
