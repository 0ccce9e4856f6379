"""What processes cost, read from /proc: processor time and memory of whole trees."""

from __future__ import annotations

import os
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
# Places in /proc/PID/stat behind the name, which may hold spaces (proc(5)).
PARENT, TIMES = 1, slice(11, 15)


def cpu_seconds(*roots: int) -> float:
    """Return the user and system time of these processes, all below them, and their dead ones."""
    members = {pid for root in roots for pid in tree(root)}
    return sum(sum(map(int, stat(pid)[TIMES])) for pid in members) / TICKS


def pss_mb(root: int) -> float:
    """Return the memory of a process tree in MiB, shared pages divided among their users."""
    return sum(pss_kib(pid) for pid in tree(root)) / 1024


def tree(root: int) -> list[int]:
    """Return a process and every living one below it."""
    below = defaultdict(list)
    for folder in Path("/proc").glob("[0-9]*"):
        below[parent(int(folder.name))].append(int(folder.name))
    found = [root]
    for pid in found:
        found += below[pid]
    return found


def parent(pid: int) -> int:
    """Return the parent of a process; 0 for one that has ended meanwhile."""
    return int((stat(pid)[PARENT : PARENT + 1] or ["0"])[0])


def name(pid: int) -> str:
    """Return what a process is called; nothing for one that is not there."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def command(pid: int) -> str:
    """Return the command line of a process, as far as it fits a line of a terminal."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()[:70]
    return ""


def stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat behind the name, none for a process that has ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return []


def pss_kib(pid: int) -> int:
    """Return the proportional set size of one process."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
