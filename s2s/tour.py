"""The tour: every derivative of a small network with the source that computed it, then all of them by name, on numbers to check by hand.

In: nothing; the numbers are fixed.  Out: text.  Public functions only, so this is also how the package is called.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from s2s.cli import write_source
from s2s_runtime import tree

# The model is written as a user writes it, without annotations.
# mypy: disable-error-code="no-untyped-def, no-untyped-call"


# ------------------------------------------------------------------------------------------------------------ the model
def predict(params, x):
    h = np.tanh(x @ params["w"] + params["b"])  # hidden layer
    return h @ params["v"]


def loss(params, x, y):
    r = predict(params, x) - y
    return np.mean(r**2)


def energy(x, k):
    e = 0.0
    for i in range(len(x) - 1):
        d = x[i + 1] - x[i]
        if d > 1.0:  # slack springs pull only
            e += 0.5 * k * (d - 1.0) ** 2
    return e


def linear(params, x):
    return params["w"] @ x + params["b"]


def square(x):
    return x * x


def mean_square(x):
    return np.mean(x * x)


PARAMS = {
    "w": np.array([[0.5, -0.3], [0.1, 0.8], [-0.6, 0.2]]),
    "b": np.array([0.1, -0.2]),
    "v": np.array([1.0, -0.5]),
}
X = np.array([[1.0, 0.0, -1.0], [0.5, 2.0, 0.3], [-1.5, 0.4, 0.8], [0.2, -0.7, 1.1]])
Y = np.array([1.0, -0.5, 0.0, 0.5])
LAYER = {"w": np.array([[0.2, -0.1], [0.0, 0.3], [-0.4, 0.1]]), "b": np.array([0.01, -0.02, 0.03])}
INPUT = np.array([0.5, -1.2])
TARGET = np.array([0.7, 0.1, -0.5])
DIRECTION = {"w": np.full((3, 2), 0.1), "b": np.full(3, -0.2)}
POSITIONS = np.array([0.0, 1.5, 2.0, 4.0, 4.5])


# ------------------------------------------------------------------------------------------------------------ the stops
class Stop(NamedTuple):
    """One derivative: what is called, what it gives, and the program that was run."""

    title: str
    call: str
    result: Any
    source: str = ""


def stops() -> Iterator[Stop]:
    """The derivatives, computed as they are asked for."""
    yield gradient_stop()
    yield vjp_stop()
    yield jvp_stop()
    yield jacobian_stop()
    yield hvp_stop()
    yield loop_stop()


def gradient_stop() -> Stop:
    from s2s import value_and_grad

    value, params_bar = value_and_grad(loss)(PARAMS, X, Y)
    source = source_of(loss, "grad", (PARAMS, X, Y))
    result = {"value": value, "params_bar": params_bar}
    return Stop("Gradient for the parameters", "value, params_bar = value_and_grad(loss)(params, x, y)", result, source)


def vjp_stop() -> Stop:
    from s2s import vjp

    _, pullback = vjp(predict, PARAMS, X)
    params_bar, x_bar = pullback(np.array([1.0, 0.0, 0.0, 0.0]))
    result = {"params_bar": params_bar, "x_bar": x_bar}
    source = source_of(predict, "vjp", (PARAMS, X))
    call = "_, pullback = vjp(predict, params, x)\nparams_bar, x_bar = pullback(np.array([1.0, 0.0, 0.0, 0.0]))"
    return Stop("VJP: a cotangent of the first prediction, pulled back", call, result, source)


def jvp_stop() -> Stop:
    from s2s import jvp

    params_dot = tree.tree_map(np.ones_like, PARAMS)
    predictions, predictions_dot = jvp(predict, (PARAMS, X), (params_dot, np.zeros_like(X)))
    result = {"predictions": predictions, "predictions_dot": predictions_dot}
    source = source_of(predict, "jvp", (PARAMS, X))
    call = "predictions, predictions_dot = jvp(predict, (params, x), (params_dot, x_dot))"
    return Stop("JVP: every parameter moved by one, pushed forward", call, result, source)


def jacobian_stop() -> Stop:
    from s2s import jacfwd, jacrev

    by_columns, by_rows = jacfwd(predict)(PARAMS, X), jacrev(predict)(PARAMS, X)
    apart = tree.tree_map(lambda a, b: float(np.max(np.abs(a - b))), by_columns, by_rows)
    result = {"jacobian": by_rows, "greatest difference from jacfwd": max(tree.flatten(apart)[0])}
    return Stop("Jacobian: the VJP above, row by row", "jacobian = jacrev(predict)(params, x)", result)


def hvp_stop() -> Stop:
    from s2s import hvp

    tangents = (tree.tree_map(np.ones_like, PARAMS), np.zeros_like(X), np.zeros_like(Y))
    result = hvp(loss, (PARAMS, X, Y), tangents)
    source = source_of(loss, "hvp", (PARAMS, X, Y))
    call = "result = hvp(loss, (params, x, y), (params_dot, x_dot, y_dot))"
    return Stop("Hessian times vector, without the Hessian", call, {"result": result}, source)


def loop_stop() -> Stop:
    from s2s import grad

    x_bar, k_bar = grad(energy, argnums=(0, 1))(POSITIONS, 2.0)
    source = str(grad(energy, argnums=(0, 1)).source(POSITIONS, 2.0))
    call = "x_bar, k_bar = grad(energy, argnums=(0, 1))(x, 2.0)"
    return Stop("Gradient of a loop with a branch", call, {"x_bar": x_bar, "k_bar": k_bar}, source)


BY_NAME = {
    "the output": "model.output(linear, params, x)",
    "by the parameters, along a seed": "model.vjp_params(linear, params, x, np.ones(3))",
    "by the parameters, row by row": "model.jacrev_params(linear, params, x)",
    "the loss": "model.loss_of(linear, losses.mse, params, x, target)",
    "by the parameters": "model.grad_params(linear, losses.mse, params, x, target)",
    "by the input and the target": "model.grad_inputs(linear, losses.mse, params, x, target)",
    "all of them, in one reverse sweep": "model.value_and_grads(linear, losses.mse, params, x, target)",
    "with the prediction held constant": "model.value_and_grads(linear, model.detach(losses.mse), params, x, target)",
    "the slope along a direction": "model.jvp_params(linear, losses.mse, params, x, target, direction)",
    "the curvature along it": "model.hvp_params(linear, losses.mse, params, x, target, direction)",
}
"""Derivatives of a linear layer and its loss, as they are called; what is shown is what is run."""

OF_FUNCTIONS = {
    "a Jacobian, column by column": "jacfwd(square)(x)",
    "row by row, the same array": "jacrev(square)(x)",
    "one product with it": "vjp(square, x, cotangent=np.ones(2))",
    "a Hessian": "hessian(mean_square)(x)",
    "a gradient": "grad(mean_square)(x)",
    "value first": "value_and_grad(mean_square)(x)",
}
"""Derivatives of functions of one argument."""


def by_name() -> Iterator[Stop]:
    """The linear layer's derivatives, then those of functions of one argument, with their calls."""
    import s2s
    from s2s import model
    from s2s.nn import losses

    names = {name: getattr(s2s, name) for name in ("grad", "hessian", "jacfwd", "jacrev", "value_and_grad", "vjp")}
    names |= {"model": model, "losses": losses, "linear": linear, "square": square, "mean_square": mean_square, "np": np}
    names |= {"params": LAYER, "x": INPUT, "target": TARGET, "direction": DIRECTION}
    for title, call in (BY_NAME | OF_FUNCTIONS).items():
        yield Stop(title, call, {"result": eval(call, names)})


def source_of(function: Any, mode: str, args: tuple[Any, ...]) -> str:
    from s2s import showing

    return str(showing.show(function, mode=mode, stage="final", args=args))


# ------------------------------------------------------------------------------------------------------------- printing
def run(console: Console | None = None) -> None:
    """Print the model, each stop, and how the derivatives fare against central differences."""
    console = console or Console()
    console.rule("The model")
    write_source("\n\n".join(inspect.getsource(function).rstrip() for function in (predict, loss, energy)), console)
    console.print()
    for stop in stops():
        console.rule(stop.title)
        write_source(stop.call, console)
        console.print()
        console.print(values_table(stop.result), "")
        if stop.source:
            write_source(stop.source, console)
            console.print()
    console.rule("By name: a linear layer, numbers to check by hand")
    write_source("\n\n".join(inspect.getsource(function).rstrip() for function in (linear, square, mean_square)), console)
    console.print(values_table({"params": LAYER, "x": INPUT, "target": TARGET, "direction": DIRECTION}))
    for stop in by_name():
        console.print()
        write_source(f"# {stop.title}\n{stop.call}", console)
        console.print(values_table(stop.result))
    console.rule("Against central differences, and forward against reverse")
    for name, passed, made in verdicts():
        console.print(f"{name}: {passed} of {made} checks passed")


def verdicts() -> Iterator[tuple[str, int, int]]:
    """(name, checks passed, checks made) for the two functions."""
    from s2s.testing import derivative_checks

    for function, args in ((loss, (PARAMS, X, Y)), (energy, (POSITIONS, 2.0))):
        checks = derivative_checks(function, args)
        yield function.__name__, sum(check.passed for check in checks), len(checks)


def values_table(result: dict[str, Any]) -> Table:
    """One row per leaf: its name, its shape and its value."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, value in result.items():
        for path, leaf in tree.named_leaves(value, name):
            shape = str(np.shape(leaf)) if np.ndim(leaf) else ""
            text = np.array2string(leaf, precision=5, suppress_small=True) if np.ndim(leaf) else f"{leaf:.5g}"
            table.add_row(*map(Text, (path, shape, text)))  # [nan] is a value here, not markup
    return table
