"""Where things are kept, and whether that place may be trusted: what is read from there is run.

In: the environment.  Out: a directory that nobody else can write to; raises NoCache, with the reason, where there is none.
"""

from __future__ import annotations

import os
import stat
import sys
import warnings
from pathlib import Path

VARIABLE = "S2S_CACHE_DIR"
OTHERS = stat.S_IWGRP | stat.S_IWOTH


class NoCache(Exception):
    """Nothing can be kept, and why."""


class CacheWarning(UserWarning):
    """The cache directory cannot be trusted, so it is not used."""


def location() -> Path:
    """The cache directory: S2S_CACHE_DIR, or `s2s` in what the platform has for this.  Raises NoCache."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return Path(chosen).absolute()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else home() / "AppData" / "Local") / "s2s" / "Cache"
    if sys.platform == "darwin":
        return home() / "Library" / "Caches" / "s2s"
    shared = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(shared) if os.path.isabs(shared) else home() / ".cache") / "s2s"


def home() -> Path:
    try:
        return Path.home()
    except RuntimeError as error:
        raise NoCache(f"there is no home directory; {VARIABLE} can name a directory") from error


def trusted() -> Path:
    """The cache directory, made if it is missing.  Raises NoCache; warns once if it is there and must not be used."""
    root = location()
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise NoCache(f"{root} cannot be made: {error.strerror}") from error
    try:
        check(root, link=True)
        check_above(root)
    except NoCache as refusal:
        warn_once(root, str(refusal))
        raise
    return root


def check(place: str | Path, link: bool = False) -> None:
    """Raise NoCache for a directory or file that somebody else owns or can write to, or that is a link and must be none."""
    if os.name != "posix":  # a profile's directories have access lists of their own
        return
    try:
        found = os.stat(place, follow_symlinks=link)
    except OSError as error:
        raise NoCache(f"{place} cannot be read: {error.strerror}") from error
    if stat.S_ISLNK(found.st_mode):
        raise NoCache(f"{place} is a link")
    if found.st_uid != os.geteuid():
        raise NoCache(f"{place} belongs to another user")
    if found.st_mode & OTHERS:
        raise NoCache(f"{place} can be written by others")


def check_above(root: Path) -> None:
    """Raise NoCache where anybody could put another directory in the place of `root`."""
    if os.name != "posix":
        return
    for parent in root.resolve().parents:
        mode = parent.stat().st_mode
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            raise NoCache(f"{parent}, where {root.name} is, can be written by everybody")


_warned: set[Path] = set()


def warn_once(root: Path, reason: str) -> None:
    if root not in _warned:
        _warned.add(root)
        warnings.warn(
            f"compiled code is not kept on disk: {reason}.  What is read from there is run, so it must be yours alone: "
            f"chmod -R go-w {root}, or set {VARIABLE} to a directory of your own",
            CacheWarning,
            stacklevel=2,
        )
