"""A Python function with its names replaced: what computes floats computes `Scalar`s.

In: a function and the modules whose functions are read as text.  Out: its twin.  The code object is the same; only what its global
names and its cells stand for is different: NumPy's functions take their meanings, and so do those of the modules that it calls.

>>> from s2s.verify.scalar import scalar
>>> lifted(lambda x: np.pi * x)(scalar(2))
Scalar(2*pi)
"""

from __future__ import annotations

import builtins
import functools
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from s2s.eager.lifting import named
from s2s.primitives import public_module, spoken
from s2s.rules import RULES
from s2s.verify.arrays import MEANINGS, Symbols, each, is_dtype, objects, symbols
from s2s.verify.held import held
from s2s.verify.scalar import Scalar, is_complex, scalar

AS_THEY_ARE = {"numpy", "scipy", "sympy", "mpmath", *sys.stdlib_module_names} - {"__main__"}
"""Packages whose functions are run as they are, and not as text with other names."""
NOT_READ = AS_THEY_ARE | {"s2s", "s2s_runtime"}
"""Packages whose classes are those that they are."""
MET: dict[str, None] = {}
"""The names of functions whose definitions were taken from here, since it was emptied last."""


class Namespace:
    """A module, or an object that can be called, with what it holds lifted."""

    def __init__(self, module: Any) -> None:
        self._module = module

    def __call__(self, *args: Any, **options: Any) -> Any:
        return _native(self._module)(*args, **options)

    def __getattr__(self, name: str) -> Any:
        return lifted(getattr(self._module, name))


def lifted(found: Any) -> Any:
    """What a name stands for, where numbers are `Scalar`s."""
    if isinstance(found, types.ModuleType):
        return Namespace(found)
    if isinstance(found, float):
        return scalar(found)
    if isinstance(found, np.ndarray):
        return array(found)
    if isinstance(found, type) and issubclass(found, (np.floating, np.complexfloating)):
        return Float if issubclass(found, np.floating) else Complex
    if found is np.ndarray:
        return Ndarray
    if type(found) in OF_TYPES:
        return OF_TYPES[type(found)](found)
    special = _told(found)
    if special is not None:
        return special
    if isinstance(found, types.FunctionType) and found in RULES.constants_of_users:
        return lambda *args, **options: held(twin(found)(*args, **options))
    inner = getattr(found, "__wrapped__", None)
    if isinstance(inner, types.FunctionType) and is_read(inner):
        return twin(inner)
    if isinstance(found, types.FunctionType):
        return twin(found) if is_read(found) else _native(found)
    if isinstance(found, np.ufunc):
        return Loops(found, None)
    if isinstance(found, type):
        return twin_of_class(found) if is_plain(found) else found
    if not callable(found):
        return found
    return _native(found) if isinstance(found, FUNCTIONS) else Namespace(found)


OF_TYPES: dict[type, Callable[[Any], Any]] = {}
"""What objects of a type mean; other modules add to it."""

FUNCTIONS = (types.BuiltinFunctionType, types.MethodType, types.MethodWrapperType, type(np.sum), functools.partial)


def _imported(name: str, *args: Any) -> Any:
    """An import inside of a function."""
    return lifted(builtins.__import__(name, *args))


def _told(function: Any) -> Any:
    """What a function means, if that has been said; what is not hashable has no meaning of its own."""
    try:
        told = OTHERWISE.get(function) or _meaning(function)
    except TypeError:
        return None
    if told is not None and function not in MAKERS:
        module = public_module(function)
        MET[f"{module}.{function.__name__}" if module.startswith("s2s") else spoken(function)] = None
    return Loops(function, told) if isinstance(function, np.ufunc) else told


class Loops:
    """A ufunc: what it means, and NumPy's own `at`, `reduce`, `accumulate` and `outer` by it."""

    def __init__(self, ufunc: np.ufunc, told: Callable[..., Any] | None) -> None:
        self._ufunc, self._told = ufunc, told or _native(ufunc)

    def __call__(self, *args: Any, **options: Any) -> Any:
        if options.keys() <= {"dtype"} and not self._is_whole(args):
            return self._told(*args)
        return _native(self._ufunc)(*args, **options)

    def _is_whole(self, args: tuple[Any, ...]) -> bool:
        """Whether whole numbers are made of arrays of whole numbers: places, that are no entries."""
        kinds = [getattr(arg, "dtype", np.dtype(type(arg) if isinstance(arg, int) else object)) for arg in args]
        whole = all(kind.kind in "iub" for kind in kinds) and any(isinstance(arg, np.ndarray) for arg in args)
        return whole and all(kind.kind in "iub" for kind in self._ufunc.resolve_dtypes((*kinds, *[None] * self._ufunc.nout)))

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._ufunc, name)
        return _native(found) if callable(found) else found


def _meaning(function: Any) -> Any:
    meaning = MEANINGS.get(function)
    if meaning is None:
        return None
    return lambda *args, **options: each(lambda *entries: meaning(*entries, **options), *args)


def _native(function: Callable[..., Any]) -> Callable[..., Any]:
    """NumPy's own code, on arrays of objects.  A sum of no objects is None there."""

    def run(*args: Any, **options: Any) -> Any:
        found = symbols(function(*args, **options))
        return scalar(0) if found is None and any(isinstance(arg, np.ndarray) and arg.size == 0 for arg in args) else found

    return run


def start_anew() -> None:
    """Forget the twins of functions, whose global names may have other values now, and what was met."""
    _twins.clear()
    MET.clear()


def is_read(function: types.FunctionType) -> bool:
    return (function.__module__ or "").partition(".")[0] not in AS_THEY_ARE


_twins: dict[Any, Callable[..., Any]] = {}


def twin(function: Any) -> Callable[..., Any]:
    """The same code with lifted names and exact numbers."""
    if function in _twins:
        return _twins[function]
    names: dict[str, Any] = {"__builtins__": BUILTINS, "__name__": function.__globals__.get("__name__")}
    cells = tuple(_cell(cell) for cell in function.__closure__ or ())
    defaults = tuple(map(_exactly, function.__defaults__ or ())) or None
    found = types.FunctionType(_exact_code(function.__code__), names, function.__name__, defaults, cells)
    found.__kwdefaults__ = {name: _exactly(value) for name, value in (function.__kwdefaults__ or {}).items()}
    _twins[function] = found
    for name in named(function.__code__):
        if name in function.__globals__:
            names[name] = lifted(function.__globals__[name])
    return found


def is_plain(found: type) -> bool:
    """Whether a class is only what its text says: that of a user, over nothing but others of that kind."""
    return all(base is object or (type(base) is type and base.__module__.partition(".")[0] not in NOT_READ) for base in found.__mro__)


def twin_of_class(found: type) -> type:
    """The same class, whose methods are twins."""
    if found in _twins:
        return _twins[found]  # type: ignore[return-value]
    kept = {name: part for name, part in vars(found).items() if not isinstance(part, SLOTS) and name not in ("__dict__", "__weakref__")}
    made = _twins[found] = type(found.__name__, tuple(map(lifted, found.__bases__)), {**kept, "__module__": found.__module__})
    for name, part in kept.items():  # now, since a method may name its class
        if isinstance(part, property):
            fget, fset, fdel = (way and twin(way) for way in (part.fget, part.fset, part.fdel))
            setattr(made, name, property(fget, fset, fdel))
        elif isinstance(part, (staticmethod, classmethod)):
            setattr(made, name, type(part)(lifted(part.__func__)))
        elif isinstance(part, types.FunctionType) and is_read(part):
            setattr(made, name, twin(part))
        elif isinstance(part, float):
            setattr(made, name, scalar(part))
    return made


SLOTS = (types.MemberDescriptorType, types.GetSetDescriptorType)


def _exactly(value: Any) -> Any:
    return scalar(value) if isinstance(value, float) else value


def _exact_code(code: types.CodeType) -> types.CodeType:
    """The code with its floats as the numbers that they are, so that arithmetic of constants is not rounded."""
    return code.replace(co_consts=tuple(_exact_code(c) if isinstance(c, types.CodeType) else _exactly(c) for c in code.co_consts))


def _cell(cell: types.CellType) -> types.CellType:
    try:
        return types.CellType(lifted(cell.cell_contents))
    except ValueError:  # it is filled later
        return cell


# --------------------------------------------------------------------------------------- what asks for dtypes, or has one
class _Number(type):
    """A kind of number: a conversion to it, and the question whether something is one."""

    def __instancecheck__(cls, x: Any) -> bool:
        return isinstance(x, cls.kind) or (isinstance(x, Scalar) and is_complex(x) == cls.of_complex)  # type: ignore[attr-defined]


class Float(metaclass=_Number):
    """`float`, of `Scalar`s too."""

    kind, of_complex = float, False
    dtype = np.dtype(object)
    """What NumPy takes it for where it is given as a dtype."""

    def __new__(cls, x: Any = 0) -> Any:
        return each(scalar, x)


class Complex(metaclass=_Number):
    """`complex`, of `Scalar`s too."""

    kind, of_complex = complex, True
    dtype = np.dtype(object)

    def __new__(cls, real: Any = 0, imag: Any = 0) -> Any:
        return MEANINGS[complex](real, imag)


class Array(type):
    """`np.ndarray`: the question whether something is an array, and an array of a shape."""

    def __instancecheck__(cls, x: Any) -> bool:
        return isinstance(x, np.ndarray)


class Ndarray(metaclass=Array):
    """`np.ndarray` of `Scalar`s."""

    def __new__(cls, shape: Any, dtype: Any = None, *rest: Any, **options: Any) -> Any:
        return allocated(np.empty)(shape, dtype)


BUILTINS: dict[str, Any] = {**vars(builtins), "float": Float, "complex": Complex, "__import__": _imported}
"""Python's own functions, where those that make numbers make `Scalar`s."""


def of_fractions(dtype: Any) -> bool:
    """Whether an array of this dtype holds `Scalar`s."""
    return dtype is None or not is_dtype(dtype) or np.dtype(dtype).kind in "fcO"


def allocated(make: Callable[..., Any]) -> Callable[..., Any]:
    """A function that makes an array from a shape and, perhaps, a dtype."""

    def made(shape: Any, dtype: Any = None, *rest: Any, **options: Any) -> Any:
        kind = object if of_fractions(dtype) else dtype
        return symbols(make(shape, dtype=kind) if make is not np.empty or kind is not object else np.zeros(shape, object))

    return made


def allocated_like(make: Callable[..., Any]) -> Callable[..., Any]:
    def made(prototype: Any, dtype: Any = None, *rest: Any, **options: Any) -> Any:
        shape = options.get("shape") or np.shape(prototype)
        given = dtype if dtype is not None else getattr(prototype, "dtype", None)
        return allocated(make)(shape, given)

    return made


def full(shape: Any, fill_value: Any, dtype: Any = None, **options: Any) -> Any:
    if not of_fractions(dtype) or (dtype is None and isinstance(fill_value, (bool, np.bool_, int, np.integer))):
        return np.full(shape, fill_value, dtype)
    return symbols(np.full(shape, fill_value, object))


def full_like(a: Any, fill_value: Any, dtype: Any = None, **options: Any) -> Any:
    return full(options.get("shape") or np.shape(a), fill_value, dtype or getattr(a, "dtype", None))


def eye(n: int, m: int | None = None, k: int = 0, dtype: Any = None, **options: Any) -> Any:
    return symbols(np.eye(n, m, k, dtype=object if of_fractions(dtype) else dtype))


def array(x: Any, dtype: Any = None, **options: Any) -> Any:
    """`np.array`: of `Scalar`s, or of numbers as they are."""
    if dtype is not None and not of_fractions(dtype):
        return np.array(x, dtype)
    found = np.array(x, **{key: value for key, value in options.items() if key in ("ndmin",)})
    return symbols(found.astype(object)) if found.dtype.kind in "fcO" else found


def result_type(*of: Any) -> Any:
    return np.dtype(object) if any(_is_object(x) for x in of) else np.result_type(*of)


def _is_object(x: Any) -> bool:
    if isinstance(x, (Scalar, Symbols)) or not (is_dtype(x) or isinstance(x, np.ndarray)):
        return True
    return isinstance(x, np.dtype) and x.hasobject


def finfo(dtype: Any) -> Any:
    return np.finfo(np.float64 if of_fractions(dtype) else dtype)


def iscomplexobj(x: Any) -> bool:
    if isinstance(x, np.ndarray) and x.dtype != object:
        return np.iscomplexobj(x)
    return any(isinstance(entry, complex) or (isinstance(entry, Scalar) and is_complex(entry)) for entry in np.ravel(objects(x)))


def std(a: Any, *args: Any, **options: Any) -> Any:
    return each(MEANINGS[np.sqrt], np.var(a, *args, **options))


def arange(*limits: Any, dtype: Any = None, **options: Any) -> Any:
    if all(isinstance(limit, (int, np.integer)) for limit in limits) and dtype is None:
        return np.arange(*limits)
    start, stop, step = (scalar(0), *limits, 1)[:3] if len(limits) == 1 else (*limits, 1)[:3]
    count = int(MEANINGS[np.ceil]((scalar(stop) - start) / step))
    return array([scalar(start) + scalar(step) * k for k in range(max(count, 0))], object)


def linspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, **options: Any) -> Any:
    parts = max(num - 1 if endpoint else num, 1)
    steps = symbols(np.arange(num).astype(object).reshape((-1,) + (1,) * max(np.ndim(start), np.ndim(stop))))
    found = steps * symbols(np.asarray((objects(stop) - objects(start)) / scalar(parts), object)) + start
    found = np.moveaxis(found, 0, options.get("axis", 0)) if options.get("axis") else found
    return (found, (scalar(stop) - start) / parts) if retstep else found


OTHERWISE: dict[Any, Callable[..., Any]] = {
    np.zeros: allocated(np.zeros), np.empty: allocated(np.empty), np.ones: allocated(np.ones),
    np.zeros_like: allocated_like(np.zeros), np.empty_like: allocated_like(np.zeros), np.ones_like: allocated_like(np.ones),
    np.full: full, np.full_like: full_like, np.eye: eye, np.identity: lambda n, dtype=None: eye(n, dtype=dtype),
    np.array: array, np.asarray: array, np.asanyarray: array, np.ascontiguousarray: array, np.asfortranarray: array,
    np.result_type: result_type, np.finfo: finfo, np.iscomplexobj: iscomplexobj,
    np.isrealobj: lambda x: not iscomplexobj(x), np.std: std, np.arange: arange, np.linspace: linspace,
}  # fmt: skip
"""Functions that are not elementwise, and whose own code asks for dtypes; other modules add to it."""
MAKERS = frozenset(OTHERWISE)
"""Those that make arrays: there is nothing in them to be trusted."""
