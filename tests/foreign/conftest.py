"""Machine code of these tests goes into a directory of its own."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("S2S_CACHE_DIR", str(tmp_path_factory.mktemp("compiled")))
        yield
