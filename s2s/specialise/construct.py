"""Objects that a program makes: of a user's class, of a dataclass, of a NamedTuple.

In: a class and abstract arguments.  Out: an abstract value, attribute by attribute.
"""

from __future__ import annotations

import dataclasses
import inspect
import types
from typing import TYPE_CHECKING, Any

from s2s import ir
from s2s.specialise.outside import is_library
from s2s.specialise.values import Instance, Seq, Value

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


class Construction:
    """What the Machine knows of classes that are called."""

    def construct(self: Machine, cls: type, args: list[Value], kwargs: dict[str, Value]) -> Value:
        """An object of a user's class, a dataclass or a NamedTuple."""
        fields = getattr(cls, "_fields", None)
        if issubclass(cls, tuple) and fields is not None:
            defaults = {key: self.given(value, key, cls) for key, value in cls._field_defaults.items()}  # type: ignore[attr-defined]
            values = self.record_arguments(cls, fields, args, kwargs, defaults)
            return Seq(cls, tuple(values[name] for name in fields), tuple(fields))
        if issubclass(cls, BaseException) or self.makes_its_own(cls):
            return self.call_unknown(ir.Const(cls), args, kwargs)
        if dataclasses.is_dataclass(cls) and cls.__init__.__code__.co_filename == "<string>":
            return self.construct_dataclass(cls, args, kwargs)
        initialise = self.of_class(cls, "__init__")
        if not isinstance(initialise, types.FunctionType):
            if initialise is object.__init__ and not args and not kwargs and not is_library(cls):
                return self.made(Instance(cls, (), ()))
            return self.call_unknown(ir.Const(cls), args, kwargs)
        ref = self.made(Instance(cls, (), ()))
        self.inline_function(initialise, [ref, *args], kwargs)
        return ref

    def makes_its_own(self: Machine, cls: type) -> bool:
        """Whether a call of a class does more than `__init__`: it, or its class, has a method that makes the object."""
        made = self.watched(cls, "__new__"), self.watched(type(cls), "__call__")
        return any(isinstance(getattr(one, "__func__", one), types.FunctionType) for one in made)

    def construct_dataclass(self: Machine, cls: type, args: list[Value], kwargs: dict[str, Value]) -> Value:
        fields = [f for f in dataclasses.fields(cls) if f.init]
        defaults = {f.name: self.given(f.default, f.name, cls) for f in fields if f.default is not dataclasses.MISSING}
        for f in fields:
            if f.default_factory is not dataclasses.MISSING:
                defaults[f.name] = self.call(ir.Const(f.default_factory), [], {})
        names = tuple(f.name for f in fields)
        values = self.record_arguments(cls, names, args, kwargs, defaults)
        ref = self.made(Instance(cls, names, tuple(values[name] for name in names)))
        post = self.of_class(cls, "__post_init__")
        if post is not None:
            self.call(ir.Const(post), [ref], {})
        return ref

    def record_arguments(
        self: Machine, cls: type, names: Any, args: list[Value], kwargs: dict[str, Value], defaults: dict[str, Value]
    ) -> dict[str, Value]:
        kinds = inspect.Parameter
        parameters = [
            kinds(name, kinds.POSITIONAL_OR_KEYWORD, default=None if name in defaults else kinds.empty)
            for name in names
        ]
        try:
            bound = inspect.Signature(parameters).bind(*args, **kwargs)
        except (TypeError, ValueError) as error:
            raise self.refuse(f"{cls.__name__}() {error}", "check the arguments") from None
        return {name: self.hold(value) for name, value in {**defaults, **bound.arguments}.items()}
