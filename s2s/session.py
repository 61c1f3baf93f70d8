"""An imperative session: parameters that stay, values that are recorded as they are computed, gradients when they are asked for.

    s = Session(seed=0)
    w = s.param(np.zeros((3, 2)), name="w")
    with s.fresh():
        loss = np.mean((s.use(w) @ x - y) ** 2)
        s.sgd_step(0.1, s.backward(loss))

In: values.  Out: handles that record, gradients, tangents.  With `backend="eager"` the tape is walked back; with "compiled" what was
recorded becomes a graph, its source is differentiated by the transformer, and the derivative is kept for all runs that record the same.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

import numpy as np

from s2s import api
from s2s.graph import Graph, backprop_all, compiled, function, source
from s2s.graph.tracing import Recorder, graph_of, number_of
from s2s_runtime import tree
from s2s_runtime.tape import Tape, TapeError, Variable
from s2s_runtime.tape.core import checked, one_of, zeros_like
from s2s_runtime.tape.tape import carries

Hook = Callable[[Any, Any], Any]


class Param:
    """A parameter: `value`, which steps replace; `name`; `requires_grad`, which may be set to False to freeze it."""

    def __init__(self, value: Any, name: str | None = None, requires_grad: bool = True) -> None:
        self.value, self.name, self.requires_grad = value, name, requires_grad

    def __repr__(self) -> str:
        return f"Param({self.value!r}{f', {self.name}' if self.name else ''}{'' if self.requires_grad else ', frozen'})"


class Session:
    """A recording of one run after the other.

    Args:
        backend: "eager" or "compiled"; both give the same gradients up to rounding.
        seed: of `rng`, the generator that dropout draws from.

    Attributes:
        rng: a `numpy.random.Generator`; what it gives depends on its seed and on what was drawn before, not on what was recorded.
    """

    def __init__(self, backend: Literal["eager", "compiled"] = "eager", seed: int = 0) -> None:
        if backend not in ("eager", "compiled"):
            raise ValueError(f"backend is 'eager' or 'compiled', got {backend!r}")
        self.backend, self.rng = backend, np.random.default_rng(seed)
        self.hooks: list[tuple[Any, Hook]] = []
        self.reset()

    def reset(self) -> None:
        """Forget what was recorded; parameters keep their values."""
        self.tape: Tape = Recorder()
        self.leaves: list[Variable] = []
        self.used: dict[int, tuple[Param, Variable]] = {}

    @contextlib.contextmanager
    def fresh(self) -> Iterator[Session]:
        """A run of its own: what was recorded before and within is forgotten."""
        self.reset()
        try:
            yield self
        finally:
            self.reset()

    # -------------------------------------------------------------------------------------------------------------- leaves
    def param(self, value: Any, name: str | None = None, requires_grad: bool = True) -> Param:
        """A parameter, not recorded yet.  Raises TapeError if the value carries no derivative."""
        if not carries(value):
            raise TapeError(f"{tree.describe(value)} carries no derivative\nhint: give an array of floating point, or use input")
        return Param(np.array(value) if isinstance(value, np.ndarray) else value, name, requires_grad)

    def use(self, param: Param) -> Variable:
        """A parameter's value as it is now; the same handle until the next reset."""
        if id(param) not in self.used:
            self.used[id(param)] = (param, self._leaf(param.value, param.requires_grad, param.name))
        return self.used[id(param)][1]

    def input(self, value: Any, name: str | None = None, requires_grad: bool = False) -> Variable:
        """A value from outside: an array or number, of whole numbers too."""
        return self._leaf(value, requires_grad, name)

    def const(self, value: Any) -> Variable:
        """A value that does not move."""
        return self._leaf(value, False, None)

    def detach(self, x: Any) -> Variable:
        """The value of a handle, of which nothing moves with what it was computed of."""
        return self._leaf(x.value if type(x) is Variable else x, False, None)

    def _leaf(self, value: Any, requires_grad: bool, name: str | None) -> Variable:
        if type(value) is Variable:
            raise TapeError("a handle is given as a value\nhint: use it as it is, or its value: x.value")
        made: Variable = self.tape.leaf(value, requires_grad, name)
        self.leaves.append(made)
        return made

    # ------------------------------------------------------------------------------------------------------------ computing
    def run(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """A function of which every call is recorded, of `math` and SciPy too, and stores into arrays that it makes."""
        return self.tape.run(function, *args, **options)

    def dropout(self, x: Any, p: float, train: bool = True) -> Any:
        """Entries left out with probability p, the others divided by 1 - p; x itself if not `train`.

        Raises ValueError unless 0 <= p < 1.
        """
        if not 0.0 <= p < 1.0:
            raise ValueError(f"a probability to leave out is at least 0 and less than 1, got {p}")
        if not train or p == 0.0:
            return x
        kept = self.rng.random(np.shape(x)) >= p
        return x * self.input(kept / (1.0 - p))

    # ------------------------------------------------------------------------------------------------------ differentiating
    def backward(self, result: Any, gradient: Any = None) -> SessionGradients:
        """The cotangents of all that `result` depends on, `gradient` being its own: by default one, for a number.

        Returns:
            A mapping: from handles, parameters and names to cotangents, zeros for what the result does not depend on.

        Raises:
            TapeError: the result is no number and no gradient is given, or that has another shape.
        """
        variable = self._mine(result)
        seed = one_of(variable.value) if gradient is None else gradient
        checked(seed, self.tape.record.nodes[variable.number], variable.number)
        if self.backend == "eager":
            found = self.tape.backward(variable, seed)
            return SessionGradients(self, found.of)
        return SessionGradients(self, _Compiled(self, variable, seed).of)

    def vjp(self, result: Any, gradient: Any, x: Any) -> Any:
        """The cotangent of one handle, parameter or name."""
        return self.backward(result, gradient)[x]

    def jvp(self, result: Any, tangents: Mapping[Any, Any]) -> Any:
        """The tangent of `result` along tangents of leaves, given by handle, parameter or name; zeros if it does not move."""
        given = {self.number(key): tangent for key, tangent in tangents.items()}
        for number, tangent in given.items():
            if number not in {leaf.leaf for leaf in self.leaves}:
                raise TapeError("a tangent is given to what was computed\nhint: give it to a leaf")
            checked(tangent, self.tape.record.nodes[number], number)
        if self.backend == "eager":
            by_number = {leaf.leaf: leaf for leaf in self.leaves}
            return self.tape.jvp(result, {by_number[number]: tangent for number, tangent in given.items()})
        return _Compiled(self, self._mine(result)).jvp(given)

    def jvp_leaf(self, result: Any, x: Any, tangent: Any) -> Any:
        """The tangent of `result` along that of one leaf."""
        return self.jvp(result, {x: tangent})

    def register_hook(self, hook: Hook, on: Any = None) -> None:
        """`hook(key, gradient)` gives the gradient that is handed out, for one handle, parameter or name, or for all.

        The hook must keep the shape; else asking for the gradient raises TapeError, with both shapes.
        """
        self.hooks.append((on, hook))

    # ----------------------------------------------------------------------------------------------------------- parameters
    def sgd_step(self, lr: float, gradients: Mapping[Any, Any]) -> None:
        """p - lr g for each parameter that was used and is not frozen."""
        for param, variable in self.used.values():
            if param.requires_grad and variable.requires_grad:
                moved = param.value - lr * gradients[variable]
                param.value = moved if np.ndim(moved) == 0 else moved.astype(np.result_type(param.value), copy=False)

    def step(self, build: Callable[[Session], Any], lr: float) -> Any:
        """One step of gradient descent on what `build(session)` gives, from a fresh recording: the loss before it."""
        with self.fresh():
            loss = build(self)
            self.sgd_step(lr, self.backward(loss))
            return loss.value

    # --------------------------------------------------------------------------------------------------------------- others
    def graph(self, result: Any, inputs: Any = None) -> Graph:
        """What was recorded of a result as a typed graph of all leaves, or of these handles."""
        return graph_of(self.tape, self.leaves if inputs is None else inputs, result, "session")

    def compile_tape(self, result: Any) -> Tape:
        """The tape that the graph of a result is compiled to, with a cotangent for every node."""
        return compiled(self.graph(result), *(self.tape.record.nodes[number_of(leaf)].value for leaf in self.leaves))

    def check(self, result: Any, seed: int = 0) -> bool:
        """Whether the compiled tape's reverse loop gives what the graph's reverse mode gives, for random cotangents of every node.

        `s2s.verify.hook` says the same of fractions, exactly, and of generated code.
        """
        graph, tape = self.graph(result), self.compile_tape(result)
        rng = np.random.default_rng(seed)
        seeds = [tree.tree_map(lambda one: rng.standard_normal(np.shape(one)) if carries(one) else zeros_like(one), node.value)
                 for node in tape.record.nodes]  # fmt: skip
        inputs = [self.tape.record.nodes[number_of(leaf)].value for leaf in self.leaves]
        pairs = zip(tape.backward_from(seeds), backprop_all(graph, inputs, seeds), strict=True)
        return all(_equal(a, b) for a, b in pairs)

    def number(self, key: Any) -> int:
        """The node of a handle, a parameter that was used, or a name.  Raises KeyError if there is none."""
        if isinstance(key, Param):
            if id(key) not in self.used:
                raise KeyError(f"{key!r} was not used since the last reset")
            key = self.used[id(key)][1]
        if type(key) is Variable:
            if key.tape is not self.tape:
                raise KeyError("a handle from before the last reset, or of another session")
            return key.number if key.leaf is None else key.leaf
        for leaf in self.leaves:
            if leaf.leaf is not None and self.tape.record.nodes[leaf.leaf].name == key:
                return leaf.leaf
        raise KeyError(f"nothing that was recorded is called {key!r}")

    def _mine(self, variable: Any) -> Variable:
        return self.tape.mine(variable)


def _equal(left: Any, right: Any) -> bool:
    pairs = zip(tree.flatten(left)[0], tree.flatten(right)[0], strict=True)
    return all(np.array_equal(np.asarray(a), np.asarray(b), equal_nan=True) for a, b in pairs if a is not None)


class SessionGradients(Mapping[Any, Any]):
    """Cotangents by handle, parameter or name; the keys are the parameters that were used and the leaves that have a gradient."""

    def __init__(self, session: Session, of: Callable[[int], Any]) -> None:
        self.session, self._of, self._hooks = session, of, tuple(session.hooks)
        self._known: dict[int, Any] = {}

    def __getitem__(self, key: Any) -> Any:
        number = self.session.number(key)
        if not self.session.tape.record.nodes[number].requires_grad:
            raise KeyError(f"{key!r} was recorded with requires_grad=False")
        if number not in self._known:
            self._known[number] = self._hooked(key, number, self._of(number))
        return self._known[number]

    def _hooked(self, key: Any, number: int, gradient: Any) -> Any:
        for on, hook in self._hooks:
            if on is None or self.session.number(on) == number:
                found = hook(key, gradient)
                if np.shape(found) != np.shape(gradient):
                    raise TapeError(f"a hook made shape {np.shape(found)} of a gradient of shape {np.shape(gradient)}")
                gradient = found
        return gradient

    def __iter__(self) -> Iterator[Any]:
        params = {variable.leaf: param for param, variable in self.session.used.values()}
        nodes = self.session.tape.record.nodes
        return (params.get(leaf.leaf, leaf) for leaf in self.session.leaves if nodes[number_of(leaf)].requires_grad)

    def __len__(self) -> int:
        return sum(1 for _ in self)


# ---------------------------------------------------------------------------------------------------- the compiled backend
_FUNCTIONS: dict[str, Callable[..., Any]] = {}
_MOST = 256


def _function(graph: Graph) -> Callable[..., Any]:
    """The function of a graph: the same one for all of the same source, so that its derivatives are made once."""
    text = source(graph)
    if text not in _FUNCTIONS:
        if len(_FUNCTIONS) >= _MOST:
            _FUNCTIONS.pop(next(iter(_FUNCTIONS)))
        _FUNCTIONS[text] = function(graph)
    return _FUNCTIONS[text]


class _Compiled:
    """A result of a session as a program of the leaves, differentiated by the transformer."""

    def __init__(self, session: Session, result: Variable, seed: Any = None) -> None:
        self.session, self.result, self.seed = session, result, seed
        self.bars: dict[int, Any] | None = None

    def program(self, inputs: list[Variable]) -> tuple[Callable[..., Any], list[Any]]:
        graph = self.session.graph(self.result, inputs)
        values = [self.session.tape.record.nodes[number_of(one)].value for one in inputs]
        return _function(graph), values

    def of(self, number: int) -> Any:
        """The cotangent of a leaf; of what was computed, that of a program that begins there."""
        if number == self.result.number:
            return self.seed
        if self.session.tape.record.nodes[number].application is None:
            if self.bars is None:
                self.bars = self.cotangents(self.session.leaves)
            return self.bars[number]
        inner = Variable(self.session.tape, number)
        others = [leaf for leaf in self.session.leaves if number_of(leaf) != number]
        return self.cotangents([inner, *others])[number]

    def cotangents(self, inputs: list[Variable]) -> dict[int, Any]:
        run, values = self.program(inputs)
        _, bars = api.vjp(run, *values, cotangent=self.seed)
        found = zip(inputs, bars, values, strict=True)
        return {number_of(one): zeros_like(value) if bar is None else bar for one, bar, value in found}

    def jvp(self, tangents: Mapping[int, Any]) -> Any:
        run, values = self.program(self.session.leaves)
        pairs = zip(self.session.leaves, values, strict=True)
        return api.jvp(run, values, [tangents.get(number_of(leaf), zeros_like(value)) for leaf, value in pairs])[1]


__all__ = ["Param", "Session", "SessionGradients"]
