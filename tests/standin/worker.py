"""A worker as the supervisor sees one: it writes down who it is and waits."""

import os
import signal
import sys
from pathlib import Path

telegram = os.environ.get("SWITCHBOARD_LOCAL_TELEGRAM", "real")
given = Path(os.environ["SWITCHBOARD_DATA"]) / f"{sys.argv[1]}.given"
given.with_suffix(".new").write_text(f"{os.getpid()} {telegram}")
given.with_suffix(".new").replace(given)
signal.pause()
