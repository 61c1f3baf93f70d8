"""Whether a function can be called with so many positional arguments and these keywords."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=4096)
def accepts(function: Callable[..., Any], count: int, keywords: frozenset[str] = frozenset()) -> bool:
    """Whether `function` takes `count` positional arguments and these keywords.

    >>> accepts(pow, 2), accepts(pow, 4), accepts(sorted, 1, frozenset({"key"})), accepts(len, 1, frozenset({"key"}))
    (True, False, True, False)
    """
    try:
        inspect.signature(function).bind(*[None] * count, **dict.fromkeys(keywords))
    except TypeError:
        return False
    return True
