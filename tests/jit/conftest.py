"""A cache directory for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from s2s.jit import directory


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> Path:
    root = tmp_path / "cache"
    monkeypatch.setenv(directory.VARIABLE, str(root))
    monkeypatch.setattr(directory, "_warned", set())
    return root
