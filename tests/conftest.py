"""What every test may use: the markers `core` and `share`, and golden files with `--update-golden`."""

from __future__ import annotations

import collections
import gc
import importlib.util
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from s2s import tiers

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden texts from what is generated now")


    parser.addoption("--whole", action="store_true", help="run every case of the tests that are otherwise run in part")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a test with `share(k)`, every k-th of the cases that were asked for is run."""
    if config.getoption("--whole"):
        return
    seen: collections.Counter[str] = collections.Counter()
    kept, left = [], []
    for item in items:
        marker, test = item.get_closest_marker("share"), item.nodeid.partition("[")[0]
        (left if marker and seen[test] % marker.args[0] else kept).append(item)
        seen[test] += 1
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


def pytest_runtest_setup(item: pytest.Item) -> None:
    # Only the absence of the module excuses a test; an error inside it does not.
    if item.get_closest_marker("core") and importlib.util.find_spec("s2s.api") is None:
        pytest.skip("s2s.api does not exist")


@pytest.fixture(autouse=True, scope="session")
def as_numpy_code():
    """Derivatives run as NumPy code unless a test says otherwise; where it says "auto", they are compiled at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("S2S_JIT", "0")
        patch.setattr(tiers, "scale", 0.0)
        yield


@pytest.fixture(autouse=True, scope="module")
def collected_once():
    """What modules before have made stays, and is not looked through again whenever memory is collected: that took a third of the time."""
    yield
    gc.freeze()


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture
def updating(request: pytest.FixtureRequest) -> bool:
    """Whether golden texts are to be rewritten in this run."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def whole(pytestconfig: pytest.Config) -> bool:
    """Whether every case is to be run that is otherwise left out."""
    return bool(pytestconfig.getoption("--whole"))


@pytest.fixture
def golden(updating: bool) -> Callable[[str, str], None]:
    """`golden(name, text)` asserts that tests/golden/<name> holds this text; with --update-golden it writes it."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if updating:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"{path.name} is missing: run pytest --update-golden and read what it wrote"
        assert text == path.read_text(encoding="utf-8")

    return compare
