"""The progress bar: drawn with rich, on a terminal only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(total: int | None, done: int, shown: bool | None) -> Iterator[Callable[[int, float], None]]:
    """A function `(steps made, loss)` that moves the bar.  `shown`: True, False, or None for "where there is a terminal".

    total: the steps in all, None where that is not known.
    """
    if shown is False:
        yield lambda step, loss: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, force_terminal=True if shown else None)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("loss {task.fields[loss]}"))
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=total, completed=done, loss="")
        yield lambda step, loss: progress.update(task, completed=step, loss=f"{loss:.4g}")
