"""What all examples show in the same way: a source, a gradient check, progress, a plot."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.syntax import Syntax

console = Console(highlight=False)

plt.rcParams.update(
    {
        "figure.dpi": 130,
        "font.size": 9,
        "axes.titlesize": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "legend.frameon": False,
    }
)


def show_derivative(function: Any, *example_arguments: Any) -> None:
    """Print the derivative that was generated for a @differentiable function, specialised for these arguments."""
    console.rule(f"the derivative of {function.__name__}")
    source = function.source(*example_arguments).rstrip()
    console.print(Syntax(source, "python", background_color="default").highlight(source), soft_wrap=True, end="")
    console.rule()


def check_gradient(objective: Callable[[Any], tuple[float, Any]], x: Any, tolerance: float = 1e-6) -> None:
    """Compare the gradient at x with central differences along random directions, and stop if they disagree."""
    x = np.asarray(x, dtype=float)
    gradient = objective(x)[1]
    step = 1e-5
    directions = np.random.default_rng(0).standard_normal((10, x.size))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    exact = directions @ gradient
    central = [(objective(x + step * v)[0] - objective(x - step * v)[0]) / (2 * step) for v in directions]
    error = np.max(np.abs(exact - central)) / np.max(np.abs(exact))
    console.print(f"gradient against central differences: max relative error {error:.1e}")
    if not error < tolerance:
        raise SystemExit(f"the gradient is wrong: the relative error is above {tolerance}")


class Descent:
    """A progress bar that is a callback for scipy.optimize.minimize; it remembers the way."""

    def __init__(self, title: str, most_iterations: int) -> None:
        columns = ("{task.description}", BarColumn(24), MofNCompleteColumn(), "loss {task.fields[loss]}")
        texts = [TextColumn(column) if isinstance(column, str) else column for column in columns]
        self.points: list[np.ndarray] = []
        self.losses: list[float] = []
        self.bar = Progress(*texts, TimeElapsedColumn(), console=console)
        self.task = self.bar.add_task(title, total=most_iterations, loss="-")

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __call__(self, intermediate_result: Any) -> None:
        self.points.append(np.copy(intermediate_result.x))
        self.losses.append(float(intermediate_result.fun))
        self.bar.update(self.task, advance=1, loss=f"{self.losses[-1]:.6g}")

    def __exit__(self, *error: object) -> None:
        self.bar.stop()


def save(figure: Figure, name: str) -> None:
    """Write the figure to the folder given on the command line, or to examples/output."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "output"
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / name, bbox_inches="tight")
    plt.close(figure)
    console.print(f"plot: {folder / name}", soft_wrap=True)
