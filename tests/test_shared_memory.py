"""Whether what a function gives shares memory with its argument: as NumPy has it, or refused."""

from __future__ import annotations

import linecache
from typing import Any

import numpy as np
import pytest

from s2s import errors, value_and_grad

EXPRESSIONS = [
    "np.asarray(x)", "np.asarray(x, copy=True)", "np.asarray(x, copy=False)", "np.asarray(x, copy=None)", "np.asarray(x, copy=flag)",
    "np.asarray(x, order='C')", "np.asarray(x, order='F')", "np.asarray(x, order='K')", "np.asarray(x, np.float64)",
    "np.asarray(x, dtype='f8', order='F')", "np.asanyarray(x, np.float64, 'F')", "np.asanyarray(x, copy=True)",
    "np.asarray(x.T, order='C')", "np.asarray(x.T, order='F')", "np.asarray(x[1:], order='C')", "np.asarray(x[:, 1:], order='C')",
    "np.asarray(x[0], order='F')", "np.array(x, copy=None)", "np.array(x, copy=False)", "np.array(x, np.float64)",
    "np.array(x, copy=flag)", "np.array(x, order='F')", "x.astype(np.float64)", "x.astype(np.float64, copy=False)",
    "x.astype(np.float64, copy=flag)", "x.astype(float, copy=not flag)", "x.astype('float64', order='F', copy=False)",
    "np.astype(x, np.float64, copy=False)", "np.astype(x, np.float64, copy=flag)", "np.reshape(x, (4, 4), copy=True)",
    "np.reshape(x, (16,), copy=flag)", "x.reshape(4, 4, copy=True)", "x.reshape(-1)", "x.reshape(-1, order='F')", "x.T.reshape(-1)",
    "x.T.reshape(-1, order='F')", "x.T.reshape(-1, order='A')", "np.ascontiguousarray(x)", "np.asfortranarray(x)",
    "np.require(x, requirements='C')", "np.ravel(x, order='F')", "x.ravel()", "x.ravel(order='A')", "x.T.ravel()", "x.T.ravel(order='K')",
    "x.flatten()", "x.flatten('F')", "np.nan_to_num(x, copy=False)", "np.nan_to_num(x, copy=flag)", "np.squeeze(x)", "np.atleast_2d(x)",
    "np.atleast_1d(x[0])", "np.broadcast_to(x, (4, 4)).copy()", "x.view()", "+x", "np.positive(x)", "x.real", "x.conj()", "np.conj(x)",
    "np.real(x)", "np.real_if_close(x)", "x[...]", "x[:]", "x[()]", "x[[0, 1, 2, 3]]", "x[flag]", "x[None]", "x.T", "x.transpose(1, 0)",
    "np.swapaxes(x, 0, 0)", "np.moveaxis(x, 0, 1)", "np.roll(x, 0)", "np.take(x, [0, 1, 2, 3], axis=0)", "x.repeat(1, axis=0)",
    "np.tile(x, 1)", "np.flip(x)", "np.rot90(x, 4)", "np.rot90(x)", "x.clip(-9, 9)", "np.where(flag, x, x)", "x if flag else x.copy()",
    "x.copy() if flag else x", "x or x if False else x", "np.split(x, 1)[0]", "np.concatenate([x])", "np.stack([x])[0]", "np.vstack([x])",
    "np.block([[x]])", "np.expand_dims(x, 0)", "np.diagonal(x).copy()", "np.triu(x, -9)", "np.delete(x, [], axis=0)", "np.pad(x, 0)",
    "np.append(x, [])", "np.lib.stride_tricks.sliding_window_view(x, (4, 4)).copy()", "np.copy(x)", "x.__copy__()", "copy.copy(x)",
    "copy.deepcopy(x)", "(x,)[0]", "[x][0]", "[*x]", "list(x)", "np.array([x])", "np.array([*x])", "next(iter([x]))", "max([x], key=len)",
]  # fmt: skip

CHANGES = {
    "result": "    y = {text}\n    y[0] = 2.0\n    return np.sum(np.ravel(np.array(y)) * 3.0) + np.sum(x * x)\n",
    "local": (
        "    w = x\n    x = w * 2.0\n    y = {text}\n    y[0] = 2.0\n    x[1] = x[1] * 3.0\n"
        "    return np.sum(np.ravel(np.array(y)) * 3.0) + np.sum(x * x)\n"
    ),
}


def written(text: str, change: str) -> Any:
    source = "def f(x, flag):\n" + CHANGES[change].format(text=text)
    name = f"<memory of {text}, {change}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    namespace: dict[str, Any] = {"np": np, "copy": __import__("copy")}
    exec(compile(source, name, "exec"), namespace)
    return namespace["f"]


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("text", "flag"), [(text, flag) for text in EXPRESSIONS for flag in [True, False][: 1 + ("flag" in text)]])
def test_memory_is_shared_as_in_numpy_or_refused(text, change, flag, order):
    function = written(text, change)

    def fresh(x: Any) -> Any:
        return np.array(x, order=order)

    start = np.random.default_rng(0).normal(size=(4, 4))
    try:
        value, gradient = value_and_grad(function, jit=False)(fresh(start), flag)
    except (errors.S2SError, TypeError, ValueError, AttributeError, IndexError) as error:
        if isinstance(error, errors.S2SError):
            return
        with pytest.raises(type(error)):
            function(fresh(start), flag)
        return
    assert value == pytest.approx(function(fresh(start), flag), rel=1e-13)
    np.testing.assert_allclose(gradient, differences(lambda x: function(fresh(x), flag), start), rtol=1e-9, atol=1e-9)


def differences(function: Any, x: Any) -> Any:
    """Central differences, which are exact: the programs are quadratic."""
    units = np.eye(x.size).reshape(x.size, *x.shape) / 8
    return np.reshape([(function(x + unit) - function(x - unit)) * 4 for unit in units], x.shape)
