"""From generated text to a callable; its lines are found by tracebacks and by `inspect`.

In: a Source.  Out: the function that it defines.
"""

from __future__ import annotations

import hashlib
import linecache
from collections.abc import Callable
from typing import Any

from s2s.emit import Source


def load(source: Source) -> Callable[..., Any]:
    """The function that a text defines, in a namespace of its own."""
    key = hashlib.sha256(source.text.encode()).hexdigest()[:8]
    filename = f"<s2s {source.name} {key}>"
    linecache.cache[filename] = (len(source.text), None, source.text.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {"__name__": "s2s_generated", **source.outside}
    exec(compile(source.text, filename, "exec"), namespace)
    function: Callable[..., Any] = namespace[source.name]
    return function
