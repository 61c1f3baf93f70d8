"""Arrays that a program stores into: whose memory they are, what a view is a view of, and what a store changes.

In: an abstract array, an index, a value.  Out: the array's cell with new content; who holds the array, or a view of it, reads
the new content from then on.  The program itself stays functional: a store is `index_set`, which gives a new value.

    row = a[i]                      row = a_1[i]
    row[j] = v             =>       a_2 = index_set(a_1, (i, j), v)
    s = a[0, 0] + row[0]            s = a_2[0, 0] + a_2[i][0]
"""

from __future__ import annotations

import inspect
import operator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.infer import ELEMENTWISE, shares_memory
from s2s.primitives import EFFECTS, MAKERS, STORES, VIEWS
from s2s.specialise.merge import LOST
from s2s.specialise.values import Array, ArrayCell, Either, Ref, Seq, Step, Value, cell_refs, refs
from s2s_runtime import kernels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from s2s.specialise.machine import Machine

OUTSIDE = "an array outside the differentiated function is changed in place"
KEPT = "an array that a list or an object holds is changed in place"
DOUBTFUL = "whether this shares memory with an array that was changed is not known"
DOUBTFUL_HINT = "copy it where it is made, or give example arguments"

ALWAYS_VIEWS = {
    np.transpose, np.swapaxes, np.moveaxis, np.rollaxis, np.expand_dims, np.squeeze, np.flip, np.fliplr, np.flipud, np.rot90,
    np.atleast_1d, np.atleast_2d, np.atleast_3d, np.broadcast_to, np.diagonal, operator.getitem, np.permute_dims,
    np.matrix_transpose, np.linalg.matrix_transpose,
}  # fmt: skip
"""Functions whose result shares memory with the array, whatever its layout."""

LIKE = {np.zeros_like, np.ones_like, np.empty_like, np.full_like}
KEEPING = {*LIKE, *STORES, np.copy, np.asarray}
"""Functions whose result lies in memory as their first argument does."""

COPIES_PIECEWISE = {np.concatenate, np.stack, np.hstack, np.vstack}
"""Functions that write into `out` before they have read all of their arguments."""

READ_ONLY = {np.broadcast_to, np.diagonal}
SAME_OBJECT = {np.asarray, np.asanyarray}
RESHAPED = {np.reshape, np.ravel}
FULL = (ir.Const(Ellipsis), ir.Const(slice(None)))


class StoresNeeded(Exception):
    """A program that was taken for one without stores has one: it is specialised again, with arrays as cells."""


class Arrays:
    """What the Machine knows of arrays that are changed in place."""

    # ------------------------------------------------------------------------------------------------ who holds what
    def hold(self: Machine, value: Value) -> Value:
        """A value as a variable or a container holds it: an array gets a cell, so that all who hold it see a store."""
        if not self.stores or (self.frames and self.frames[-1].trusted) or not isinstance(value, ir.Var):
            return value
        return self.boxed(value) if self.may_be_array(value) else value

    def may_be_array(self: Machine, atom: ir.Atom) -> bool:
        fact = self.builder.type_of(atom)
        if isinstance(atom, ir.Var) and atom.name in self.inputs.examples:
            return False
        return fact is None or (isinstance(fact, facts.Num) and (fact.shape != () or fact.boxed))

    def boxed(self: Machine, atom: ir.Atom, frozen: str = "") -> Array:
        known = None if self.builder.definition(atom) is None else self.is_contiguous(atom)
        return Array(self.allocate(ArrayCell(atom, known, frozen)).cell)

    def is_contiguous(self: Machine, atom: ir.Atom) -> bool | None:
        """Whether an array lies in C order; None where that is not known."""
        definition, fact = self.builder.definition(atom), self.builder.type_of(atom)
        if not isinstance(fact, facts.Num) or fact.shape is None:
            return None
        if definition is None:
            return self.input_is_contiguous(atom)
        function, args = definition.function, definition.args
        if any(key == "order" for key, _ in definition.kwargs):
            return None
        if fact.ndim == 1 and function not in VIEWS:
            return True
        if function in MAKERS and function not in LIKE:
            return True
        if function in ELEMENTWISE:
            operands = [arg for arg in args if getattr(self.builder.type_of(arg), "shape", None) != ()]
            return True if all(self.is_contiguous(arg) for arg in operands) else None
        if function in KEEPING or function in RESHAPED:
            return True if self.is_contiguous(args[0]) else None
        return None

    def input_is_contiguous(self: Machine, atom: ir.Atom) -> bool | None:
        """The layout of an input, as in the example; a guard keeps the program to it."""
        known = self.inputs.contiguous.get(atom.name) if isinstance(atom, ir.Var) else None
        if known is not None:
            self.guard_layout(self.inputs.roots[atom.name], known)  # type: ignore[union-attr]
        return known

    def frozen_arrays(self: Machine, value: Value, reason: str) -> Value:
        """What was loaded from a container that the program cannot change: an array in it is not changed either."""
        if isinstance(value, Seq):
            return replace(value, items=tuple(self.frozen_arrays(item, reason) for item in value.items))
        if self.stores and isinstance(value, ir.Var) and self.may_be_array(value):
            return self.boxed(value, reason)
        return value

    def freeze_cell(self: Machine, value: Value, reason: str) -> None:
        """From here on, an array must not be changed in place."""
        if isinstance(value, Array):
            cell = self.cell(value)
            if isinstance(cell, ArrayCell) and not cell.frozen:
                self.state.heap[value.cell] = replace(cell, frozen=reason)

    def snapshot(self: Machine, value: Value) -> ir.Atom:
        """A value as an atom that a container keeps: the arrays in it must not change from here on."""
        for cell in self.reachable(value):
            self.freeze_cell(Array(cell), KEPT)
        return self.materialise(value)

    def reachable(self: Machine, value: Value) -> Iterator[int]:
        """The cells that a value holds, directly or through others."""
        pending, seen = list(refs(value)), set()
        while pending:
            cell = pending.pop()
            if cell not in seen:
                seen.add(cell)
                yield cell
                pending.extend(cell_refs(self.cell(Ref(cell))))

    # ------------------------------------------------------------------------------------------------------ contents
    def plain(self: Machine, value: Value) -> Value:
        """An array as its content now, any other value as it is."""
        if isinstance(value, Either) and self.is_array_choice(value):
            return self.branch(value.test, lambda: self.plain(value.then), lambda: self.plain(value.other))
        return self.content(value) if isinstance(value, Array) else value

    def is_array_choice(self: Machine, value: Value) -> bool:
        """Whether a value is one array or another, depending on a test."""
        return isinstance(value, Either) and all(
            isinstance(part, Array) or self.is_array_choice(part) for part in (value.then, value.other)
        )

    def on_choice(self: Machine, value: Value, change: Callable[[Array], None]) -> None:
        """Change the array that a value is: one of two in a branch."""
        if isinstance(value, Array):
            change(value)
            return
        assert isinstance(value, Either)
        self.conditional(
            value.test, lambda: self.on_choice(value.then, change), lambda: self.on_choice(value.other, change)
        )

    def content(self: Machine, array: Array) -> ir.Atom:
        cell = self.cell(array)
        assert isinstance(cell, ArrayCell)
        if cell.frozen == LOST:
            raise self.refuse(LOST, "read the name that was used in the loop")
        if array.seen is not None and array.seen != cell.atom:
            raise self.refuse(DOUBTFUL, DOUBTFUL_HINT)
        return self.along(cell.atom, array.steps)

    def along(self: Machine, atom: ir.Atom, steps: tuple[Step, ...]) -> ir.Atom:
        """The view of an atom that some steps lead to."""
        for step in steps:
            atom = self.builder.apply(step.function, atom, *step.args, **dict(step.kwargs))
        return atom

    def subscript_array(self: Machine, array: Array, index: Value) -> Value:
        """`array[index]`: a number, a copy, or a view."""
        atom, position = self.content(array), self.materialise(index)
        kind = self.kind_of_index(atom, position)
        if kind in ("number", "copy"):
            return self.load_item(atom, position)
        return self.view(array, operator.getitem, [position], {}, sure=kind == "view")

    def view(
        self: Machine, array: Array, function: Any, args: list[ir.Atom], kwargs: dict[str, ir.Atom], sure: bool = True
    ) -> Value:
        """A view of an array; of one that nobody else holds, an array of its own."""
        if array.cell not in self.input_cells and not self.state.holders(array.cell):
            own = self.apply(function, self.content(array), *args, **kwargs)
            frozen = self.cell(array).frozen
            return self.frozen_arrays(own, frozen) if frozen else own
        step = Step(function, tuple(args), tuple(kwargs.items()))
        cell = self.cell(array)
        assert isinstance(cell, ArrayCell)
        return Array(array.cell, (*array.steps, step), array.seen or (None if sure else cell.atom))

    def kind_of_index(self: Machine, atom: ir.Atom, index: ir.Atom) -> str:
        """What an index gives: a number, a view, a copy; or that it is not known which."""
        parts = ir.index_parts(index)
        kinds = [self.kind_of_part(part) for part in parts]
        fact = self.builder.type_of(atom)
        if "copy" in kinds or "text" in kinds:
            return "copy"
        if "unknown" in kinds or not isinstance(fact, facts.Num):
            return "unknown"
        if any(kind in ("slice", "ellipsis", "new") for kind in kinds):
            return "view"
        return "unknown" if fact.ndim is None else "number" if len(kinds) == fact.ndim else "view"

    def kind_of_part(self: Machine, part: ir.Atom) -> str:
        """One part of an index: an integer, a slice, a new axis, an ellipsis; an array of numbers or flags copies."""
        if isinstance(part, ir.Const):
            return kind_of_constant(part.value)
        if isinstance(part, ir.Pack):
            return "slice" if part.kind is slice else "copy"
        fact = self.builder.type_of(part)
        if isinstance(fact, facts.Num) and fact.shape is not None and fact.dtype is not None:
            return "integer" if fact.shape == () and fact.dtype.kind in "iu" else "copy"
        if isinstance(fact, facts.Opaque) and fact.cls is str:
            return "text"
        return "copy" if isinstance(fact, facts.Listing) else "unknown"

    # --------------------------------------------------------------------------------------------------------- views
    def shared_memory(self: Machine, function: Any, args: list[Value], kwargs: dict[str, Value]) -> Value | None:
        """What a library function gives that shares memory with an argument, or writes into one; None for any other."""
        if len(args) > (position := out_position(function)):
            args, kwargs = args[:position], {**kwargs, "out": args[position]}
        if kwargs.get("out", ir.Const(None)) != ir.Const(None):
            return self.written_into(function, args, kwargs)
        self.check_effects(function, args, kwargs)
        if not self.stores:
            return None
        if args and self.is_array_choice(args[0]) and function in VIEWS:
            args = [self.boxed(self.materialise(args[0]), KEPT), *args[1:]]
        if args and isinstance(args[0], Array):
            found = self.viewed(function, args, kwargs)
            if found is not None:
                return found
        return self.found_to_share(function, args, kwargs)

    def check_effects(self: Machine, function: Any, args: list[Value], kwargs: dict[str, Value]) -> None:
        """Refuse a function that may change an argument in place: one that says so, or that is called for nothing else."""
        name = getattr(function, "__name__", str(function))
        for key, value in kwargs.items():
            if key.startswith("overwrite") and value != ir.Const(False):
                raise self.refuse(f"{name} may overwrite its argument", f"leave {key} out")
            if key == "copy" and function not in SAME_OBJECT and value != ir.Const(True):
                raise self.refuse(f"{name} may give its argument, or change it in place", f"leave {key} out")
        dropped = self.called_for_effect is not None and self.called_for_effect is self.node
        module = getattr(function, "__module__", None) or ""
        if dropped and module.partition(".")[0] in ("numpy", "scipy", "_operator", "random") and function not in EFFECTS:
            raise self.refuse(f"what {name} does to its arguments is not known, and nothing else is used of it",
                              "use what it returns, or leave it out")  # fmt: skip

    def found_to_share(self: Machine, function: Any, args: list[Value], kwargs: dict[str, Value]) -> Value | None:
        """A function that nothing is known of is tried: if it gives memory of an argument, neither may be changed."""
        arrays = [value for value in (*args, *kwargs.values()) if isinstance(value, Array)]
        if not arrays or function in ELEMENTWISE or isinstance(function, np.ufunc):
            return None
        atoms = tuple(self.materialise(arg) for arg in args)
        named = {key: self.materialise(value) for key, value in kwargs.items()}
        if not shares_memory(function, atoms, named, self.builder.type_of):
            return None
        return self.frozen_parts(arrays, function, args, kwargs)

    def written_into(self: Machine, function: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
        """`function(*args, out=a)`: the result is stored into an array, which is the result."""
        rest = {key: value for key, value in kwargs.items() if key not in ("out", "where")}
        given = kwargs["out"]
        array = given.items[0] if isinstance(given, Seq) and len(given.items) == 1 else given
        if array == ir.Const(None):
            return self.call_object(function, args, {key: v for key, v in kwargs.items() if key != "out"})
        self.called_for_effect = None
        if not isinstance(array, Array):
            raise self.not_stored("out is not an array that the program holds")
        if function in COPIES_PIECEWISE and array.cell in self.reachable(Seq(tuple, tuple(args))):
            raise self.refuse(f"{function.__name__} writes over what it still has to read", "leave out=, and assign")
        result = self.call_object(function, args, rest)
        if "where" in kwargs:
            result = self.apply(np.where, kwargs["where"], result, array)
        self.store_all(array, result)
        return array

    def viewed(self: Machine, function: Any, args: list[Value], kwargs: dict[str, Value]) -> Value | None:
        """What a function that may share memory gives for an array; None for any other function."""
        array = args[0]
        assert isinstance(array, Array)
        kwargs = {key: value for key, value in kwargs.items() if key != "copy" or function not in SAME_OBJECT}
        rest = [self.materialise(arg) for arg in args[1:]]
        named = {key: self.materialise(value) for key, value in kwargs.items()}
        if function in ALWAYS_VIEWS:
            return self.view(array, function, rest, named)
        if function in SAME_OBJECT:
            return self.as_array(array, rest, named)
        if function in RESHAPED and not set(named) - {"shape", "newshape"}:
            return self.reshaped(array, function, rest, named)
        if function in VIEWS:
            return self.frozen_parts([array], function, args, kwargs)
        return None

    def as_array(self: Machine, array: Array, rest: list[ir.Atom], named: dict[str, ir.Atom]) -> Value:
        """`np.asarray(x)` is x; with another dtype it is a copy."""
        dtype = named.get("dtype", rest[0] if rest else None)
        content = self.content(array)
        if dtype is None or dtype == ir.Const(None):
            return array
        fact = self.builder.type_of(content)
        if isinstance(fact, facts.Num) and fact.dtype is not None and isinstance(dtype, ir.Const):
            return array if np.dtype(dtype.value) == fact.dtype else self.apply(kernels.astype, content, dtype)
        return self.view(array, kernels.astype, [dtype], {}, sure=False)

    def reshaped(self: Machine, array: Array, function: Any, rest: list[ir.Atom], named: dict[str, ir.Atom]) -> Value:
        """A reshape of contiguous memory is a view; of other memory it may be a copy."""
        cell = self.cell(array)
        assert isinstance(cell, ArrayCell)
        known = cell.contiguous
        if known is None and array.cell in self.input_cells:
            known = self.input_is_contiguous(ir.Var(self.input_cells[array.cell]))
        if known is False and not array.steps:
            return self.apply(function, self.content(array), *rest, **named)
        sure = bool(known) and all(self.keeps_contiguous(step) for step in array.steps)
        return self.view(array, function, rest, named, sure=sure)

    def keeps_contiguous(self: Machine, step: Step) -> bool:
        """Whether a view of contiguous memory is contiguous: a row is, and another shape."""
        if step.function in RESHAPED:
            return True
        if step.function is not operator.getitem:
            return False
        return all(self.kind_of_part(part) == "integer" for part in ir.index_parts(step.args[0]))

    def frozen_parts(
        self: Machine, arrays: list[Array], function: Any, args: list[Value], kwargs: dict[str, Value]
    ) -> Value:
        """A function that gives views in a list, or in a way that is not followed: nothing of it may be changed."""
        reason = f"an array is changed in place that {getattr(function, '__name__', 'a function')} took or gave"
        for array in arrays:
            self.freeze_cell(array, reason)
        return self.frozen_arrays(self.apply(function, *args, **kwargs), reason)

    # -------------------------------------------------------------------------------------------------------- stores
    def writable(self: Machine, array: Array) -> ArrayCell:
        """The cell of an array that is about to change; refused where not all who hold it would be known to see it."""
        cell = self.cell(array)
        assert isinstance(cell, ArrayCell)
        if cell.frozen:
            raise self.refuse(cell.frozen, "change a copy, or pass the array as an argument")
        if array.seen is not None:
            raise self.refuse(
                "whether this is a view or a copy is not known, and it is changed in place", DOUBTFUL_HINT
            )
        if any(step.function in READ_ONLY for step in array.steps):
            raise self.refuse("a view that NumPy makes read-only is changed in place", "copy it first")
        if array.cell in self.input_cells:
            self.written.add(array.cell)
        for twin in cell.twins:
            content = self.state.heap.get(twin)
            if isinstance(content, ArrayCell):
                self.state.heap[twin] = replace(content, frozen=LOST)
        return cell

    def store(self: Machine, array: Array, index: Value, value: Value, function: Any = kernels.index_set) -> None:
        """`array[index] = value`; with `index_add`, `array[index] += value`."""
        cell = self.writable(array)
        atom, position = self.materialise(value), self.materialise(index)
        self.check_cast(cell.atom, atom)
        new = self.stored(cell.atom, array.steps, position, atom, function)
        self.builder.suggest(new, self.builder.hint(cell.atom))
        self.state.heap[array.cell] = replace(cell, atom=new)

    def stored(
        self: Machine, atom: ir.Atom, steps: tuple[Step, ...], index: ir.Atom, value: ir.Atom, function: Any
    ) -> ir.Atom:
        """An atom with a value stored at an index of the view that some steps lead to."""
        cut = next((k for k, step in enumerate(steps) if step.function in RESHAPED), None)
        if cut is not None:
            return self.stored_reshaped(atom, steps, cut, index, value, function)
        steps, index = self.aimed(steps, index)
        if not steps:
            if function is kernels.index_set and index in FULL and self.replaces(atom, value):
                return value
            return self.builder.apply(function, atom, index, value)
        path = tuple(ir.Pack(tuple, (ir.Const(step.function), *self.positional(step))) for step in steps)
        return self.builder.apply(function, atom, index, value, ir.Pack(tuple, path))

    def stored_reshaped(
        self: Machine, atom: ir.Atom, steps: tuple[Step, ...], cut: int, index: ir.Atom, value: ir.Atom, function: Any
    ) -> ir.Atom:
        """A store through a reshape: into the other shape, which is brought back.  It does not lean on the layout."""
        inner = self.along(atom, steps[:cut])
        new = self.stored(self.along(inner, steps[cut : cut + 1]), steps[cut + 1 :], index, value, function)
        back = self.builder.apply(np.reshape, new, self.builder.apply(np.shape, inner))
        return back if cut == 0 else self.stored(atom, steps[:cut], FULL[0], back, kernels.index_set)

    def replaces(self: Machine, old: ir.Atom, value: ir.Atom) -> bool:
        """Whether a value is a new array of the same kind, so that it may take the place of all of the old one."""
        definition = self.builder.definition(value)
        if definition is None or definition.function in VIEWS or definition.function in MAKERS:
            return False
        mine, theirs = self.builder.type_of(old), self.builder.type_of(value)
        if not (isinstance(mine, facts.Num) and isinstance(theirs, facts.Num)) or mine.dtype is None:
            return False
        return bool(mine.shape) and (mine.dtype, mine.shape) == (theirs.dtype, theirs.shape)

    def positional(self: Machine, step: Step) -> tuple[ir.Atom, ...]:
        """The arguments of a step in a store: by position."""
        if step.kwargs:
            raise self.refuse(
                f"an array is changed through a view that {step.function.__name__} gave for named arguments",
                "give them by position",
            )
        return step.args

    def aimed(self: Machine, steps: tuple[Step, ...], index: ir.Atom) -> tuple[tuple[Step, ...], ir.Atom]:
        """Fewer steps and a longer index: `a[i][j]` is `a[i, j]`, and all of `a[i]` is `a[i]`."""
        while steps and steps[-1].function is operator.getitem:
            before = ir.index_parts(steps[-1].args[0])
            if index in FULL:
                index = steps[-1].args[0]
            elif all(self.kind_of_part(part) == "integer" for part in before) and self.follows(index):
                index = packed((*before, *ir.index_parts(index)))
            else:
                break
            steps = steps[:-1]
        return steps, index

    def follows(self: Machine, index: ir.Atom) -> bool:
        """Whether an index means the same behind integers in one subscript: one array of numbers among slices does not."""
        kinds = [self.kind_of_part(part) for part in ir.index_parts(index)]
        return "unknown" not in kinds and ("copy" not in kinds or len(kinds) == 1)

    def check_cast(self: Machine, buffer: ir.Atom, value: ir.Atom) -> None:
        """Refuse what NumPy warns of or fails at: a complex number in a real array."""
        mine, theirs = self.builder.type_of(buffer), self.builder.type_of(value)
        if isinstance(mine, facts.Num) and isinstance(theirs, facts.Num) and mine.dtype is not None:
            if theirs.dtype is not None and theirs.dtype.kind == "c" and mine.dtype.kind != "c":
                raise self.refuse(f"a complex number is stored in an array of {mine.dtype}", "make it a complex array")

    def store_all(self: Machine, array: Array, value: Value) -> None:
        """`array[...] = value`."""
        self.store(array, FULL[0], value)

    def change(self: Machine, array: Array, function: Any, operand: Value) -> None:
        """`array op= operand`."""
        before = self.content(array)
        fact = self.builder.type_of(before)
        if array.steps and self.adds(function, fact):
            with self.builder.block():  # for what it refuses
                self.in_place_result(before, fact, self.operation(function, [before, operand]))
            self.add_at(array, FULL[0], operand, function)
            return
        result = self.operation(function, [before, operand])
        if isinstance(fact, facts.Num):
            result = self.in_place_result(before, fact, result)
        elif self.state.holders(array.cell) > 1 or array.steps:
            raise self.refuse("whether this changes an array in place is not known", "give example arguments")
        if array.steps or (isinstance(fact, facts.Num) and fact.shape == ()):  # without axes, a result is a number
            self.store_all(array, result)
            return
        cell = self.writable(array)
        atom = self.materialise(result)
        self.builder.suggest(atom, self.builder.hint(cell.atom))
        self.state.heap[array.cell] = replace(cell, atom=atom)

    def change_item(self: Machine, array: Array, index: Value, function: Any, operand: Callable[[], Value]) -> None:
        """`array[index] op= operand()`."""
        position = self.materialise(index)
        before, content = self.subscript_array(array, position), self.content(array)
        change = operand()
        if isinstance(before, Array):
            self.change(before, function, change)
            return
        kinds = [self.kind_of_part(part) for part in ir.index_parts(position)]
        once = "copy" not in kinds and "unknown" not in kinds
        if once and self.adds(function, self.builder.type_of(content)) and self.content(array) == content:
            self.add_at(array, position, change, function)
            return
        self.store(array, position, self.operation(function, [before, change]))

    def adds(self: Machine, function: Any, fact: facts.Type | None) -> bool:
        """Whether an operation in place is an addition of floats, for which nothing that was there is read again."""
        return function in (operator.add, operator.sub) and isinstance(fact, facts.Num) and bool(fact.inexact)

    def add_at(self: Machine, array: Array, index: Value, operand: Value, function: Any) -> None:
        """`array[index] += operand`, or `-=`."""
        amount = self.operation(operator.neg, [operand]) if function is operator.sub else operand
        self.store(array, index, amount, kernels.index_add)


@lru_cache(maxsize=1024)
def out_position(function: Any) -> int:
    """Where a function's `out` stands among its positional arguments; beyond all of them if it has none."""
    if isinstance(function, np.ufunc):
        return function.nin
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return 1000
    for position, parameter in enumerate(parameters):
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.KEYWORD_ONLY):
            break
        if parameter.name == "out":
            return position
    return 1000


def packed(parts: tuple[ir.Atom, ...]) -> ir.Atom:
    """An index of several parts."""
    if all(isinstance(part, ir.Const) for part in parts):
        return ir.Const(tuple(part.value for part in parts))  # type: ignore[union-attr]
    return ir.Pack(tuple, parts)


def kind_of_constant(value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "copy"
    if isinstance(value, (int, np.integer)):
        return "integer"
    if isinstance(value, str):
        return "text"
    known = {slice: "slice", type(None): "new", type(Ellipsis): "ellipsis"}
    return known.get(type(value), "copy")
