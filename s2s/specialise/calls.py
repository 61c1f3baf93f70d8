"""Calls: who is called, and in which way.

In: an abstract callee and abstract arguments.  Out: the abstract result.  A user's function is inlined (`inlining`); a function of
a library is a primitive; what cannot be known is called as it is, and refused if a derivative would pass through it.
"""

from __future__ import annotations

import cmath
import functools
import math
import types
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s import syntax as sx
from s2s.primitives import Opaque
from s2s.rules.declare import RULES
from s2s.signatures import accepts
from s2s.specialise.access import fixed, step
from s2s.specialise.array_arguments import with_arrays, without_defaults
from s2s.specialise.attributes import Method
from s2s.specialise.builtin import Builtins
from s2s.specialise.construct import Construction
from s2s.specialise.definitions import written_out
from s2s.specialise.functions import is_part_of_kernel
from s2s.specialise.generators import Visitor
from s2s.specialise.handlers import handler_of
from s2s.specialise.inlining import Inlining
from s2s.specialise.mapping import map_elements, vectorized
from s2s.specialise.outside import CACHED, is_library, is_read, itself
from s2s.specialise.text_methods import text_method
from s2s.specialise.ufunc_methods import ufunc_method
from s2s.specialise.values import (
    Bound,
    Closure,
    DictCell,
    Either,
    Ref,
    Value,
)
from s2s.specialise.whole_factors import WAYS, has_whole_factors, marked
from s2s.subroutine import Subroutine

if TYPE_CHECKING:
    from collections.abc import Callable

    from s2s.specialise.machine import Machine


class Calls(Inlining, Builtins, Construction):
    """What the Machine knows of calls."""

    def start(self: Machine, function: Any) -> Value:
        """The callee that a specialisation begins with."""
        return ir.Const(function)

    def expr_Call(self: Machine, node: sx.Call) -> Value:
        callee = self.expr(node.function)
        columns = self.columns(node) if callee == ir.Const(zip) else None
        if columns is not None:
            return columns
        args = list(self.items(node.args))
        kwargs: dict[str, Value] = {}
        for name, expression in node.keywords:
            value = self.expr(expression)
            if name is not None:
                kwargs[name] = value
                continue
            cell = self.cell(value) if isinstance(value, Ref) else None
            if not isinstance(cell, DictCell):
                raise self.refuse("the keys of what is unpacked with ** are not known", "write the keywords out")
            kwargs.update(zip(cell.keys, cell.items, strict=True))
        return self.call(callee, args, kwargs)

    def call(self: Machine, callee: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
        """The result of `callee(*args, **kwargs)`."""
        match callee:
            case Closure():
                return self.inline(
                    callee.syntax, callee.frame.function, callee.frame, args, kwargs, dict(callee.defaults)
                )
            case Bound():
                return self.call(callee.function, [*callee.args, *args], {**dict(callee.kwargs), **kwargs})
            case Either():
                return self.branch(
                    callee.test,
                    lambda: self.call(callee.then, args, kwargs),
                    lambda: self.call(callee.other, args, kwargs),
                )
            case ir.Const():
                return self.call_object(callee.value, args, kwargs)
        cls = self.user_class(callee)
        method = self.of_class(cls, "__call__") if cls is not None else None
        if method is not None:
            return self.call(ir.Const(method), [callee, *args], kwargs)
        return self.call_unknown(callee, args, kwargs)

    def call_object(self: Machine, function: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
        """The call of a Python object that is known."""
        handler = handler_of(function) if _hashable(function) and not RULES.is_users(function) else None
        if handler is not None:
            if not accepts(handler, 1 + len(args), frozenset(kwargs)):
                name = getattr(function, "__name__", None) or function.name
                raise self.refuse(f"{name}() with these arguments", "leave out the arguments that are seldom given")
            return handler(self, *args, **kwargs)
        if isinstance(function, Method):
            raise self.refuse(f"the method {function.name} of a {function.kind}", "write it with operators or a loop")
        if isinstance(getattr(function, "__self__", None), str):
            return text_method(self, function, args, kwargs)
        if isinstance(getattr(function, "__self__", None), np.ufunc):
            found = ufunc_method(self, function, args, kwargs)
            if found is not None:
                return found
        if isinstance(function, Subroutine):
            return self.written_out(function, args)
        if isinstance(function, Visitor):
            return function.visit(*args)
        if isinstance(function, np.vectorize):
            return self.call(vectorized(self, function), args, kwargs)
        written = written_out(self, function, args, kwargs)
        if written is not None:
            return self.call(*written)
        if self.is_transform(function):
            return function.__s2s_call__(self, args, kwargs)  # type: ignore[no-any-return]
        if self.is_primitive(function):
            return self.primitive(function, args, kwargs)
        if isinstance(function, type):
            return self.construct(function, args, kwargs)
        unwrapped = self.unwrap(function)
        if unwrapped is not None:
            return self.call(unwrapped, args, kwargs)
        if isinstance(function, types.FunctionType):
            return self.inline_function(function, args, kwargs)
        return self.call_unknown(ir.Const(function), args, kwargs)

    def written_out(self: Machine, routine: Subroutine, args: list[Value]) -> Value:
        """A subroutine that a function was given, called where it is differentiated: its statements."""
        names = dict(zip(routine.parameters, map(self.materialise, args), strict=True))
        self.builder.replay(routine.body.statements, names)
        return self.project(self.builder.substitute(routine.body.yields[0], names))

    def is_primitive(self: Machine, function: Any) -> bool:
        """Whether a function is taken as it is: it has a rule, carries no derivative, or belongs to a library."""
        if not _hashable(function):
            return False
        if hasattr(function, "_dispatcher"):
            return False
        if RULES.of(function) or RULES.is_constant(function) or isinstance(function, np.ufunc):
            return True
        if isinstance(function, (type, types.MethodType)) or hasattr(function, "_dispatcher"):
            return False
        if hasattr(function, "py_func") or isinstance(function, functools.partial) or is_part_of_kernel(function):
            return False
        return is_library(function) and not is_read(function)

    def unwrap(self: Machine, function: Any) -> Value | None:
        """The Python function inside a partial, a bound method, a Numba dispatcher or a callable object."""
        if isinstance(function, functools.partial):
            bound = tuple(self.given(arg, f"{k}", function, argument_of, k) for k, arg in enumerate(function.args))
            named = tuple(
                (key, self.given(arg, key, function, keyword_of, key)) for key, arg in function.keywords.items()
            )
            return Bound(self.held_by(function, function.func, attrgetter("func")), bound, named)
        if isinstance(function, types.MethodType):
            owner = self.given(function.__self__, "self", function, attrgetter("__self__"))
            return Bound(self.held_by(function, function.__func__, attrgetter("__func__")), (owner,))
        if hasattr(function, "py_func"):
            return ir.Const(function.py_func)
        if hasattr(function, "_dispatcher"):
            return Bound(ir.Const(map_elements), (ir.Const(function._dispatcher.py_func),))
        if isinstance(function, CACHED):
            return ir.Const(function.__wrapped__)
        method = self.of_class(type(function), "__call__")
        if isinstance(method, types.FunctionType):
            return Bound(ir.Const(method), (self.given(function, "self", function, itself),))
        return None

    def given(
        self: Machine, value: Any, name: str, owner: Any, access: Callable[..., Any] | None = None, *args: Any
    ) -> Value:
        """A value that a known callable carries with it."""
        if isinstance(value, type):
            return ir.Const(value)
        path = self.path(owner)
        word = name if name.isidentifier() else f"given_{name}"
        get = step(path, access, *args) if access is not None else fixed(value)
        return self.lift(value, word, get, ("given", id(owner), name))

    # ----------------------------------------------------------------------------------------------- primitives
    def primitive(self: Machine, function: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
        """A library function: applied as it is."""
        for value in (*args, *kwargs.values()):
            if isinstance(value, Closure) or (isinstance(value, Bound) and not _plain(value)):
                name = getattr(function, "__name__", str(function))
                raise self.refuse(f"{name} is given a function of yours, which it would call", "write the loop out")
        shared = self.shared_memory(function, args, kwargs)
        if shared is not None:
            return shared
        if self.scalar and not kwargs:
            function = self.scalar_function(function, args)
            if function is np.where and all(self.is_python_number(value) for value in args[1:]):
                return self.branch(self.materialise(args[0]), lambda: args[1], lambda: args[2])
        args, kwargs = with_arrays(self, function, *without_defaults(function, args, kwargs))
        result = self.apply(function, *args, **kwargs)
        whole = function in WAYS and has_whole_factors(function, args, kwargs)
        return marked(self, function, (*args, kwargs.get("a"))[0], result) if whole else result

    def scalar_function(self: Machine, function: Any, args: list[Value]) -> Any:
        """The function of `math` or `cmath` that does the same to Python numbers."""
        if function not in SCALAR or not all(self.is_python_number(value) for value in args):
            return function
        types = [self.builder.type_of(self.materialise(value)) for value in args]
        among_complex = self.scalar == "complex" or any(map(facts.holds_complex, types))
        return (SCALAR_COMPLEX if among_complex else SCALAR).get(function, function)

    def is_python_number(self: Machine, value: Value) -> bool:
        fact = self.builder.type_of(value) if isinstance(value, (ir.Var, ir.Const)) else None
        return isinstance(fact, facts.Num) and fact.weak is True

    def call_unknown(self: Machine, callee: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
        """A callee that is not known, or has no source: called at run time, in order."""
        atoms = [self.materialise(arg) for arg in args]
        named = {key: self.materialise(arg) for key, arg in kwargs.items()}
        known = callee.value if isinstance(callee, ir.Const) else None
        raises = isinstance(known, type) and issubclass(known, BaseException)
        held = any(isinstance(value, Ref) for value in (*args, *kwargs.values()))
        watched = not raises and (held or any(self.may_be_array(atom) for atom in (*atoms, *named.values())))
        if isinstance(callee, ir.Const):
            return self.project(self.builder.opaque(Opaque(callee.value, watched), *atoms, **named))
        return self.project(self.builder.opaque(Opaque(call, watched), self.materialise(callee), *atoms, **named))


def argument_of(held: functools.partial[Any], position: int) -> Any:
    return held.args[position]


def keyword_of(held: functools.partial[Any], key: str) -> Any:
    return held.keywords[key]


def call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """`function(*args, **kwargs)`, where the function is known at run time only."""
    return function(*args, **kwargs)



SCALAR: dict[Any, Any] = {
    getattr(np, name): getattr(math, other)
    for name, other in (
        ("sin", "sin"), ("cos", "cos"), ("tan", "tan"), ("arcsin", "asin"), ("arccos", "acos"), ("arctan", "atan"), ("sinh", "sinh"),
        ("cosh", "cosh"), ("tanh", "tanh"), ("exp", "exp"), ("log", "log"), ("sqrt", "sqrt"), ("expm1", "expm1"), ("log1p", "log1p"),
        ("arctan2", "atan2"), ("hypot", "hypot"), ("exp2", "exp2"), ("log2", "log2"), ("log10", "log10"), ("fabs", "fabs"),
        ("copysign", "copysign"), ("arcsinh", "asinh"), ("arccosh", "acosh"), ("arctanh", "atanh"),
    )
}  # fmt: skip
SCALAR[np.absolute] = abs
SCALAR_COMPLEX: dict[Any, Any] = {
    function: getattr(cmath, other.__name__, other) for function, other in SCALAR.items() if other is abs or hasattr(cmath, other.__name__)
}


def _plain(value: Bound) -> bool:
    return isinstance(value.function, ir.Const) and not value.args and not value.kwargs


def _hashable(function: Any) -> bool:
    try:
        hash(function)
    except TypeError:
        return False
    return True
