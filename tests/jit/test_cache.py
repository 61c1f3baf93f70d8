"""What is kept on disk: found again in a new process, trusted only where nobody else can write, whole or made again."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
import warnings

import numpy as np
import pytest

from jit.texts import ROOT, SQUARE, in_new_process, source
from s2s.jit import Options, cache_info, clear_cache, compiled, directory, store

NEW_PROCESS = """
import sys
import numpy as np
from s2s.emit import Source
from s2s.jit import compiled
function = compiled(Source("square", sys.argv[1], {}))
assert np.array_equal(function(np.array([3.0])), [9.0])
print(sum(function.stats.cache_hits.values()), len(function.signatures), function.reason)
"""

posix = pytest.mark.skipif(os.name != "posix", reason="these are permissions of POSIX")


def square():
    """A function, called once: whether its machine code came from disk."""
    function = compiled(source(SQUARE))
    assert np.array_equal(function(np.array([3.0])), [9.0])
    return function


def hits(function) -> int:
    return sum(function.stats.cache_hits.values())


def code_files(cache):
    return sorted((cache / "compiled").glob("*/*.code"))


# --------------------------------------------------------------------------------------------------------- other processes
def test_a_new_process_compiles_nothing(cache):
    assert hits(square()) == 0
    files = code_files(cache)
    before = [file.stat().st_mtime_ns for file in files]
    assert in_new_process(NEW_PROCESS, SQUARE).split() == ["1", "1"]
    assert [file.stat().st_mtime_ns for file in code_files(cache)] == before
    assert len(files) == 1


def test_what_is_read_from_disk_is_called_by_what_is_compiled_now():
    square()
    script = NEW_PROCESS + "import numba\nprint(numba.njit(lambda x: function(x) + function(2.0))(np.ones(2))[0])\n"
    assert in_new_process(script, SQUARE).split() == ["1", "1", "5.0"]


def test_two_processes_write_at_once(cache):
    command = [sys.executable, "-c", NEW_PROCESS, SQUARE]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for process in both:
        output, _ = process.communicate()
        assert (process.returncode, output.split()[1:]) == (0, ["1"])
    assert len(code_files(cache)) == 1
    assert hits(square()) == 1
    assert [path.name for path in (cache / "compiled").rglob(".*")] == []


def test_without_a_cache_nothing_is_written(cache):
    function = compiled(source(SQUARE), options=Options(cache=False))
    assert function(2.0) == 4.0
    assert not cache.exists()
    assert function.reason == "it was asked for without a cache"


# ---------------------------------------------------------------------------------------------------------------- trust
@posix
def test_a_directory_that_others_can_write_is_not_used(cache):
    cache.mkdir()
    cache.chmod(0o777)
    with pytest.warns(directory.CacheWarning, match=r"can be written by others.*chmod.*S2S_CACHE_DIR"):
        function = square()
    assert "can be written by others" in function.reason
    assert [*cache.iterdir()] == []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        square()
    assert cache_info().directory is None


@posix
def test_an_entry_that_others_can_write_is_not_used(cache):
    square()
    (entry,) = (cache / "compiled").iterdir()
    entry.chmod(0o770)
    with pytest.warns(directory.CacheWarning, match="can be written by others"):
        assert hits(square()) == 0
    entry.chmod(0o700)
    assert hits(square()) == 1
    (file,) = code_files(cache)
    file.chmod(0o666)
    assert hits(square()) == 0


@posix
def test_a_directory_of_somebody_else_is_not_used(cache, monkeypatch):
    square()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.warns(directory.CacheWarning, match="belongs to another user"):
        assert hits(square()) == 0


@posix
def test_a_directory_that_anybody_could_replace_is_not_used(tmp_path, monkeypatch):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o777)
    monkeypatch.setenv(directory.VARIABLE, str(tmp_path / "shared" / "mine"))
    with pytest.warns(directory.CacheWarning, match="where mine is, can be written by everybody"):
        square()


def test_a_place_that_cannot_be_written_is_no_error(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(directory.VARIABLE, str(tmp_path / "file" / "below"))
    assert "cannot be made" in square().reason


def test_a_full_disk_is_no_error(cache, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert "No space left" in square().reason
    assert [path.name for path in cache.rglob("*") if path.is_file()] == []


# ------------------------------------------------------------------------------------------------------------ damage
@pytest.mark.parametrize(
    "damaged",
    [
        lambda data: data[:100],
        lambda data: b"",
        lambda data: data[:2000] + b"!" + data[2001:],
        lambda data: data + b"!",
    ],
    ids=["cut", "empty", "changed", "longer"],
)
def test_a_damaged_entry_is_made_again(cache, damaged):
    square()
    (code,) = code_files(cache)
    whole = code.read_bytes()
    code.write_bytes(damaged(whole))
    text = code.parent / "square.py"
    text.write_text(text.read_text()[:8])
    assert hits(square()) == 0
    assert text.read_text() == SQUARE
    assert hits(square()) == 1


def test_an_entry_that_numba_cannot_read_is_made_again(cache):
    square()
    (code,) = code_files(cache)
    store.Entry(code.parent).write(code.name, b"of another make")
    assert hits(square()) == 0
    assert hits(square()) == 1


# --------------------------------------------------------------------------------------------------------- what is kept
def test_old_entries_are_dropped_when_one_is_made(cache, monkeypatch):
    square()
    (old,) = (cache / "compiled").iterdir()
    (cache / "compiled" / "notes").mkdir()
    os.utime(old, (time.time() - 2 * store.LONGEST_UNUSED,) * 2)
    monkeypatch.setattr(store, "_made", 0)
    (cache / "looked").unlink(missing_ok=True)
    compiled(source(SQUARE.replace("x * x", "x + x")))
    assert not old.exists()
    assert len([*(cache / "compiled").iterdir()]) == 2, "what is no entry stays"


def test_a_process_does_not_look_for_old_entries_where_another_one_just_did(cache, monkeypatch):
    for number, looked in [(0, True), (1, False), (0, False), (store.WRITES, True)]:
        found = []
        monkeypatch.setattr(store, "drop_old", lambda found=found: found.append(True))
        monkeypatch.setattr(store, "_made", number)
        store.made()
        assert bool(found) is looked


def test_entries_beyond_the_size_are_dropped_least_used_first(cache, monkeypatch):
    for number in range(3):
        store.entry("compiled", f"{number:064x}").put("file", bytes(100))
        os.utime(cache / "compiled" / f"{number:064x}", (time.time() + number - 10,) * 2)
    monkeypatch.setattr(store, "LARGEST", 250)
    store.drop_old()
    assert sorted(int(path.name, 16) for path in (cache / "compiled").iterdir()) == [1, 2]


def test_a_use_is_noted(cache):
    square()
    (entry,) = (cache / "compiled").iterdir()
    long_ago = time.time() - store.LONGEST_UNUSED / 2
    os.utime(entry, (long_ago, long_ago))
    square()
    assert entry.stat().st_mtime > long_ago + 1


def test_the_cache_is_described_and_cleared(cache):
    square()
    found = cache_info()
    assert (found.directory, found.entries) == (cache, 1)
    assert found.size > 1000
    assert clear_cache() == 1
    assert cache_info().entries == 0
    assert hits(square()) == 0


def test_where_the_cache_is(monkeypatch, tmp_path):
    monkeypatch.delenv(directory.VARIABLE)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    for platform, expected in (("linux", ".cache/s2s"), ("darwin", "Library/Caches/s2s")):
        monkeypatch.setattr(sys, "platform", platform)
        assert directory.location() == tmp_path / expected
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "shared"))
    assert directory.location() == tmp_path / "shared" / "s2s"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert directory.location() == tmp_path / "local" / "s2s" / "Cache"
