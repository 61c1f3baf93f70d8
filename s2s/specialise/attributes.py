"""Attributes: of modules, of the user's objects, of arrays; and what an array's methods are called as functions.

In: an abstract value and a name.  Out: an abstract value.
"""

from __future__ import annotations

import functools
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.specialise.access import fixed, step
from s2s.specialise.outside import Guard, Same, is_library
from s2s.specialise.scope import MISSING
from s2s.specialise.values import (
    Array,
    Bound,
    Choice,
    Closure,
    DictCell,
    DynamicCell,
    Either,
    Instance,
    Lazy,
    ListCell,
    Ref,
    Seq,
    Value,
)

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

METHODS: dict[str, Any] = {
    name: getattr(np, name)
    for name in (
        "sum", "mean", "prod", "var", "std", "cumsum", "cumprod", "max", "min", "argmax", "argmin", "argsort", "any", "all", "dot",
        "trace", "diagonal", "ravel", "squeeze", "swapaxes", "take", "repeat", "clip", "round", "nonzero", "searchsorted", "ptp",
        "sort", "choose", "argpartition", "partition",
    )
    if hasattr(np, name)
}  # fmt: skip
"""Methods of arrays that are a NumPy function of the same name and the same arguments behind the array."""

CHANGING = {"fill", "sort", "resize", "put", "itemset", "partition", "setflags", "byteswap", "setfield"}
ARRAY_METHODS = {
    *METHODS,
    "copy",
    "reshape",
    "transpose",
    "flatten",
    "compress",
    "astype",
    "item",
    "tolist",
    "conj",
    "conjugate",
    "view",
    *CHANGING,
}
ARRAY_ATTRIBUTES = {"T", "shape", "ndim", "size", "dtype", "real", "imag", "mT", "flat", "nbytes", "itemsize"}


class Method:
    """A method of a list, dict or array by its name: its first argument is the object."""

    def __init__(self, kind: str, name: str) -> None:
        self.kind, self.name = kind, name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Method) and (self.kind, self.name) == (other.kind, other.name)

    def __hash__(self) -> int:
        return hash((self.kind, self.name))

    def __call__(self, *args: Any) -> Any:
        raise NotImplementedError(self.name)


class Attributes:
    """What the Machine knows of attributes."""

    def expr_Attribute(self: Machine, node: Any) -> Value:
        return self.attribute(self.expr(node.value), node.attr)

    def attribute(self: Machine, value: Value, name: str) -> Value:
        """`value.name`."""
        match value:
            case ir.Const():
                return self.static_attribute(value.value, name)
            case Seq():
                return self.record_attribute(value, name)
            case Ref():
                return self.cell_attribute(value, name)
            case Choice():
                return self.attribute(self.either_of(value), name)
            case Either():
                return self.branch(
                    value.test, lambda: self.attribute(value.then, name), lambda: self.attribute(value.other, name)
                )
            case Lazy(kind="super"):
                return self.super_attribute(value, name)
            case Bound() | Closure() | Lazy():
                return self.callable_attribute(value, name)
            case _:
                return self.variable_attribute(value, self.plain(value), name)

    def callable_attribute(self: Machine, value: Value, name: str) -> Value:
        if isinstance(value, Bound) and name == "func":
            return value.function
        raise self.refuse(f"the attribute {name} of a function made inside the program", "pass the value itself")

    def static_attribute(self: Machine, owner: Any, name: str) -> Value:
        """An attribute of a module, a class, or another Python object that is known."""
        found = getattr(owner, name, MISSING)
        if found is MISSING:
            what = getattr(owner, "__name__", type(owner).__name__)
            raise self.refuse(f"{what} has no attribute {name}", "check the name")
        module = owner.__name__ if isinstance(owner, types.ModuleType) else getattr(owner, "__module__", "")
        if str(module).partition(".")[0] in ("numpy", "math", "cmath", "scipy") and isinstance(found, (int, float, complex)):
            return self.library_number(owner, name, found)
        if isinstance(owner, (str, bytes)):
            return ir.Const(found)
        path = self.path(owner)
        return self.lift(found, name, step(path, getattr, name), ("attribute", id(owner), name))

    def library_number(self: Machine, owner: Any, name: str, found: Any) -> Value:
        """`np.pi`, or `np.float64(3.0).real`: written into the program, which holds while a module has this number."""
        key = ("number", id(owner), name)
        if isinstance(owner, types.ModuleType) and key not in self.surroundings.values:
            self.surroundings.values[key] = self.constant(found, step(self.path(owner), getattr, name))
        return ir.Const(found)

    def record_attribute(self: Machine, value: Seq, name: str) -> Value:
        if name in value.keys:
            return value.items[value.keys.index(name)]
        method = self.of_class(value.kind, name)
        if hasattr(method, "__code__") and name not in ("_replace", "_asdict"):
            return Bound(ir.Const(method), (value,))
        if isinstance(method, property):
            return self.call(ir.Const(method.fget), [value], {})
        if hasattr(value.kind, name) or name in ("count", "index", "_replace", "_asdict"):
            return Bound(ir.Const(Method("tuple", name)), (value,))
        raise self.refuse(f"{value.kind.__name__} has no attribute {name}", "check the name")

    def cell_attribute(self: Machine, ref: Ref, name: str) -> Value:
        cell = self.cell(ref)
        match cell:
            case Instance():
                if isinstance(self.watched(cell.cls, "__getattribute__"), types.FunctionType):
                    raise self.refuse(f"{cell.cls.__name__} has a way of its own to find attributes", "give it a method instead")
                held = in_class(cell.cls, name)
                found = cell.get(name) if not is_data_descriptor(held) else None
                return found if found is not None else self.class_attribute(cell.cls, ref, name)
            case ListCell() | DynamicCell() if cell.kind is not None:
                return cell.kind.maxlen if name == "maxlen" else Bound(ir.Const(Method("deque", name)), (ref,))
            case ListCell():
                return Bound(ir.Const(Method("list", name)), (ref,))
            case DictCell():
                return Bound(ir.Const(Method("dict", name)), (ref,))
            case DynamicCell():
                kind = "dict" if isinstance(self.builder.type_of(cell.atom), facts.Mapped) else "list"
                return Bound(ir.Const(Method(kind, name)), (ref,))
        raise AssertionError(cell)

    def class_attribute(self: Machine, cls: type, value: Value, name: str) -> Value:
        """A method, property or constant that a class holds for its instances."""
        found = self.watched(cls, name)
        if name == "__class__":
            return ir.Const(cls)
        fallback = self.watched(cls, "__getattr__") if found is MISSING else MISSING
        if isinstance(fallback, types.FunctionType):
            return self.call(ir.Const(fallback), [value, ir.Const(name)], {})
        if found is MISSING:
            raise self.refuse(f"{cls.__name__} has no attribute {name}", "set it before the function is differentiated")
        return self.descriptor(cls, found, value, name)

    def descriptor(self: Machine, cls: type, found: Any, value: Value, name: str) -> Value:
        """What an attribute of a class is for one of its instances."""
        self.watch(cls, name)
        if isinstance(found, property):
            return self.call(ir.Const(found.fget), [value], {})
        if isinstance(found, functools.cached_property):
            return self.call(ir.Const(found.func), [value], {})
        if isinstance(found, staticmethod):
            return ir.Const(found.__func__)
        if isinstance(found, classmethod):
            return Bound(ir.Const(found.__func__), (ir.Const(cls),))
        if is_method(found):
            return Bound(ir.Const(found), (value,))
        return self.lift(getattr(cls, name), name, step(fixed(cls), getattr, name), ("attribute", id(cls), name))

    def watch(self: Machine, cls: type, name: str, behind: type | None = None) -> None:
        """The program holds only while a class has this very method or property, if it is one; or while it has none.

        `behind`: what `super()` finds in a method of this class.
        """
        key, found = ("class", cls, name, behind), in_class(cls, name, behind)
        if not is_value(found) and key not in self.surroundings.values and not is_library(cls):
            self.surroundings.guards.append(Guard(step(fixed(cls), in_class, name, behind), Same, Same(found)))
            self.surroundings.values[key] = ir.Const(found)

    def watched(self: Machine, cls: type, name: str) -> Any:
        """What a class holds under a name, as it is held there, for a program that holds while that is so."""
        self.watch(cls, name)
        return in_class(cls, name)

    def of_class(self: Machine, cls: type, name: str) -> Any:
        """An attribute of a class, such as `__len__`, for a program that holds while it is this one; None if it has none."""
        self.watch(cls, name)
        return getattr(cls, name, None)

    def super_attribute(self: Machine, value: Lazy, name: str) -> Value:
        """`super().name`: what the classes behind the method's own one have."""
        (owner,) = value.parts
        cls = self.user_class(owner) or value.extra
        self.watch(cls, name, value.extra)
        found = in_class(cls, name, value.extra)
        if found is MISSING:
            raise self.refuse(f"no class behind {value.extra.__name__} has the attribute {name}", "check the name")
        if found is object.__init__:
            return ir.Const(_nothing)
        return self.descriptor(value.extra, found, owner, name)

    def user_class(self: Machine, value: Value) -> type | None:
        """The class of a user's object, if it is one."""
        if isinstance(value, Ref) and isinstance(cell := self.cell(value), Instance):
            return cell.cls  # type: ignore[no-any-return]
        if isinstance(value, Seq) and value.kind is not tuple:
            return value.kind  # type: ignore[no-any-return]
        if isinstance(value, ir.Var) and value.name in self.inputs.examples:
            return type(self.inputs.examples[value.name])
        fact = self.builder.type_of(value) if isinstance(value, ir.Var) else None
        return fact.cls if isinstance(fact, facts.Opaque) and fact.dtype is not None else None

    # -------------------------------------------------------------------------------------------------- variables
    def variable_attribute(self: Machine, value: Value, atom: ir.Atom, name: str) -> Value:
        """An attribute of something known at run time: an array, an object that the caller gave, or anything.

        `atom` is the value's content now; a method is given the value itself, which it may change.
        """
        if isinstance(atom, ir.Var) and atom.name in self.inputs.examples:
            return self.object_attribute(atom, self.inputs.examples[atom.name], name)
        fact = self.builder.type_of(atom)
        if isinstance(fact, facts.Listing):
            return Bound(ir.Const(Method("list", name)), (value,))
        if isinstance(fact, facts.Opaque) and issubclass(fact.cls, str):
            return Bound(ir.Const(Method("text", name)), (value,))
        if isinstance(fact, facts.Opaque) and fact.cls is type(None) and not hasattr(None, name):
            return self.apply(getattr, atom, ir.Const(name))  # a loop gives the name something else before it is read
        if isinstance(fact, facts.Opaque) and fact.dtype is not None:
            return self.class_attribute(fact.cls, value, name)
        if isinstance(fact, facts.Opaque):
            return Bound(ir.Const(Method("opaque", name)), (value,))
        if name in METHODS and name not in CHANGING:
            return Bound(ir.Const(METHODS[name]), (value,))
        if name in ARRAY_METHODS:
            return Bound(ir.Const(Method("array", name)), (value,))
        if name in ARRAY_ATTRIBUTES:
            return self.array_attribute(value, atom, name)
        if isinstance(fact, facts.Num):
            raise self.refuse(f"an array has no attribute {name} that is supported", "use a NumPy function")
        return self.apply(getattr, atom, ir.Const(name))

    def array_attribute(self: Machine, value: Value, atom: ir.Atom, name: str) -> Value:
        fact = self.builder.type_of(atom)
        known = fact if isinstance(fact, facts.Num) else facts.UNKNOWN_NUM
        match name:
            case "T":
                return value if known.ndim in (0, 1) else self.primitive(np.transpose, [value], {})
            case "mT":
                return self.primitive(np.swapaxes, [value, ir.Const(-1), ir.Const(-2)], {})
            case "shape":
                return self.apply(np.shape, atom)
            case "ndim":
                return self.apply(np.ndim, atom)
            case "size":
                return self.apply(np.size, atom)
            case "flat" if isinstance(value, Array):
                return self.view(value, np.ravel, [], {})
            case "flat":
                return self.apply(np.ravel, atom)
            case "real" | "imag":
                return self.primitive(getattr(np, name), [value], {})
            case "dtype" if known.dtype is not None:
                return ir.Const(known.dtype)
            case _:
                return self.apply(getattr, atom, ir.Const(name))

    def object_attribute(self: Machine, atom: ir.Var, example: Any, name: str) -> Value:
        """An attribute of an object that was there before the program ran: it is loaded at the program's start."""
        key = ("field", atom.name, name)
        known = self.surroundings.values.get(key)
        if known is not None:
            return known
        root = self.inputs.roots[atom.name]
        found = of_object(example, name)
        if isinstance(found, InClass) and (name in PYTHON_ATTRIBUTES or not is_value(found.value)):
            self.surroundings.guards.append(Guard(step(root, of_object, name), type, InClass))
            return self.class_attribute(type(example), atom, name)
        return self.loaded_attribute(atom, getattr(example, name), name, key)

    def loaded_attribute(self: Machine, atom: ir.Var, found: Any, name: str, key: Any) -> Value:
        root = self.inputs.roots[atom.name]
        self.guard(step(root, getattr, name), found)
        before = set(self.state.heap)
        loaded = self.inputs.load(getattr, atom, name, name)
        value, _ = self.inputs.abstract(found, loaded, name)
        value = self.given_arrays(value, before)
        self.base.update((cell, self.state.heap[cell]) for cell in self.state.heap.keys() - before)
        self.surroundings.values[key] = value
        return value


def _nothing(*args: Any) -> None:
    """Stands for `object.__init__`."""


@dataclass(frozen=True)
class InClass:
    """An attribute that an object does not hold itself: what its class has for it."""

    value: Any


PYTHON_ATTRIBUTES = ("__class__", "__dict__", "__doc__")


def in_class(cls: type, name: str, behind: type | None = None) -> Any:
    """What a class or one of its bases holds under a name, as it is held there; only those bases that come after `behind`."""
    bases = cls.__mro__ if behind is None else cls.__mro__[cls.__mro__.index(behind) + 1 :]
    for base in bases:
        if name in base.__dict__:
            return base.__dict__[name]
    return MISSING


def of_object(value: Any, name: str) -> Any:
    """An attribute that an object holds itself, or what its class has for it."""
    held = in_class(type(value), name)
    if name in getattr(value, "__dict__", {}) and not isinstance(held, property):
        return value.__dict__[name]
    return getattr(value, name) if isinstance(held, types.MemberDescriptorType) else InClass(held)


def is_method(found: Any) -> bool:
    """Whether what a class holds takes the object as its first argument."""
    if isinstance(found, types.MethodDescriptorType):
        return True
    return hasattr(found, "__code__") or hasattr(type(found), "__s2s_call__") or hasattr(found, "py_func")


def is_data_descriptor(found: Any) -> bool:
    """Whether what a class holds comes before what the object holds itself: a property, or the like."""
    return hasattr(type(found), "__set__") and not isinstance(found, types.MemberDescriptorType)


def is_value(found: Any) -> bool:
    """Whether what a class holds is a plain value, which an object may replace by one of its own."""
    return found is not MISSING and not is_method(found) and not hasattr(type(found), "__get__")
