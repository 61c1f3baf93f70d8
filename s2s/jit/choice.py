"""Who decides whether a derivative is compiled: the call, the decorated function, the environment, in this order.

In: what each of them says.  Out: "auto" (compiled as far as that is possible), True (nothing else will do), or False.
"""

from __future__ import annotations

import os
from typing import Any

from s2s.errors import S2SError

CHOICES: dict[Any, Any] = {"auto": "auto", True: True, False: False}
WORDS: dict[str, Any] = {"auto": "auto", "": False, "1": True, "0": False, "true": True, "false": False}


def jit_choice(jit: Any, function: Any = None) -> Any:
    """The choice for a call.  Raises S2SError for a word that is none."""
    if jit is None and hasattr(type(function), "__s2s_key__"):
        jit = getattr(function, "jit", None)
    if jit is None:
        word = os.environ.get("S2S_JIT", "0").lower()
        if word not in WORDS:
            raise S2SError(f'S2S_JIT is {word!r}: it may be "auto", 1 or 0')
        return WORDS[word]
    if jit not in CHOICES:
        raise S2SError(f'jit is {jit!r}: it may be "auto", True or False')
    return CHOICES[jit]
