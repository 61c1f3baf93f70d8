"""Entries on disk: folders of small files, whole or not there, and dropped when they are old.

In: a kind of entry, a key, bytes.  Out: the same bytes in another process, or None where they are not there, damaged, or
might come from somebody else.  A file appears under its name when it is complete, so two processes may write at once.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from s2s.jit.directory import NoCache, check, location, trusted, warn_once

KINDS = ("compiled", "derived")
SEAL = b"s2s1"
DIGEST = 32
LONGEST_UNUSED = 60 * 24 * 3600.0
"""Seconds: what was not used for so long is dropped."""
LARGEST = 1 << 30
"""Bytes: beyond this, what was not used for longest is dropped."""
USED_AGAIN = 3600.0
"""Seconds after which a use is noted."""
WRITES = 50
"""So many entries are made by a process before it looks again for old ones."""
LOOKED = 3600.0
"""Seconds in which a process that makes its first entry does not look again where another one did."""


@dataclass(frozen=True)
class CacheInfo:
    """What is kept: where, how many entries, how many bytes; `reason`, where nothing can be kept."""

    directory: Path | None
    entries: int
    size: int
    reason: str = ""


class Entry:
    """One folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str) -> bytes | None:
        """The bytes that were written under a name, if they are there and whole."""
        path = self.folder / name
        try:
            check(path)
            data = path.read_bytes()
        except (OSError, NoCache):
            return None
        sealed, digest, content = data[: len(SEAL)], data[len(SEAL) : len(SEAL) + DIGEST], data[len(SEAL) + DIGEST :]
        return content if sealed == SEAL and digest == digest_of(content) else None

    def write(self, name: str, content: bytes) -> None:
        """Raises NoCache where the disk does not take it."""
        self.put(name, SEAL + digest_of(content) + content)

    def keep_text(self, name: str, text: str) -> Path:
        """The file with this text, which is not written again if it is there.  Raises NoCache."""
        path, content = self.folder / name, text.encode()
        try:
            check(path)
            if path.read_bytes() == content:
                return path
        except (OSError, NoCache):
            pass
        self.put(name, content)
        return path

    def put(self, name: str, content: bytes) -> None:
        try:
            handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=".")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                os.replace(temporary, self.folder / name)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)
                raise
        except OSError as error:
            raise NoCache(f"{self.folder} cannot be written: {error.strerror}") from error

    def used(self) -> None:
        """Note that an entry is in use, so that it is kept."""
        with contextlib.suppress(OSError):
            if time.time() - self.folder.stat().st_mtime > USED_AGAIN:
                os.utime(self.folder)

    def remove(self, name: str) -> None:
        with contextlib.suppress(OSError):
            os.unlink(self.folder / name)


def digest_of(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=DIGEST).digest()


def entry(kind: str, key: str) -> Entry:
    """The folder of a key, made if it is missing.  Raises NoCache."""
    root = trusted()
    folder = root / kind / key
    try:
        new = not folder.is_dir()
        if new:
            folder.parent.mkdir(mode=0o700, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise NoCache(f"{folder} cannot be made: {error.strerror}") from error
    try:
        check(folder.parent)
        check(folder)
    except NoCache as refusal:
        warn_once(root, str(refusal))
        raise
    if new:
        made()
    return Entry(folder)


# --------------------------------------------------------------------------------------------------- what is dropped
_made = 0


def made() -> None:
    """Now and then, when an entry is made, old ones are dropped.  Where much is kept, to look at all of it takes a second."""
    global _made
    if _made % WRITES == 0 and (_made or not looked_lately()):
        drop_old()
    _made += 1


def looked_lately() -> bool:
    """Whether some process has looked for old entries within the hour; if not, note that this one does."""
    mark = trusted() / "looked"
    with contextlib.suppress(OSError):
        if 0 <= time.time() - mark.stat().st_mtime < LOOKED:
            return True
    with contextlib.suppress(OSError):
        mark.touch(mode=0o600)
    return False


def folders() -> Iterator[Path]:
    """Every entry's folder."""
    for kind in KINDS:
        try:
            found = [Path(one.path) for one in os.scandir(location() / kind) if one.is_dir(follow_symlinks=False)]
        except (OSError, NoCache):
            continue
        yield from (folder for folder in found if is_key(folder.name))


def is_key(name: str) -> bool:
    return len(name) == 2 * DIGEST and all(digit in "0123456789abcdef" for digit in name)


def size_of(folder: Path) -> int:
    try:
        return sum(one.stat(follow_symlinks=False).st_size for one in os.scandir(folder))
    except OSError:
        return 0


def drop_old() -> None:
    """Drop what was not used for long, and what is beyond the size that is kept, least used first."""
    now, total = time.time(), 0
    dated = []
    for folder in folders():
        with contextlib.suppress(OSError):
            dated.append((folder.stat().st_mtime, folder))
    for used, folder in sorted(dated, reverse=True):
        size = size_of(folder)
        if now - used > LONGEST_UNUSED or total + size > LARGEST:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            total += size


def cache_info() -> CacheInfo:
    """What is kept on disk, and where."""
    try:
        root = trusted()
    except NoCache as refusal:
        return CacheInfo(None, 0, 0, str(refusal))
    found = [*folders()]
    return CacheInfo(root, len(found), sum(map(size_of, found)))


def clear_cache() -> int:
    """Remove every entry; what is in use stays in memory.  Gives how many there were."""
    found = [*folders()]
    for folder in found:
        shutil.rmtree(folder, ignore_errors=True)
    return len(found)
