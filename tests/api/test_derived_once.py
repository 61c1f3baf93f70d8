"""A program is derived once for calls of one kind, whatever it reads from its surroundings."""

import types

import numpy as np
import pytest

from s2s import pipeline, value_and_grad

pytestmark = pytest.mark.core
settings = types.SimpleNamespace(limit=None)


def outer(x, y):
    return np.sum(x[:, np.newaxis] * y[np.newaxis] ** 2)


def limited(x, y):
    return np.sum(x) * y[0] if settings.limit is None else np.sum(x) * settings.limit


@pytest.mark.parametrize("function", [outer, limited])
def test_an_attribute_that_is_none_is_the_same_at_the_next_call(function, monkeypatch):
    derived, derive = [], pipeline.derive
    monkeypatch.setattr(pipeline, "derive", lambda *args, **kwargs: (derived.append(1), derive(*args, **kwargs))[1])
    gradient = value_and_grad(function, argnums=(0, 1))
    for _ in range(3):
        gradient(np.ones(3), np.ones(4))
    assert len(derived) == 1
