"""Carried names that a loop does not change are not carried; a record of one constant is that constant; contexts without
warnings are joined.

    for i in range(n):                  for i in range(n):
        a, b = a, b + a       =>            b = b + a

In: a block.  Out: the block and, for each carried name and result that went, the atom that stands for it.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import replace

from s2s import ir
from s2s.quiet import IGNORED
from s2s_runtime.checkpointing import section
from s2s_runtime.containers import append


class Names(dict[str, ir.Atom]):
    """What stands for names.  Until reverse mode has `read` a program, it says which states are kept and what is run again."""

    read = True


def settle(block: ir.Block, read: bool = True) -> ir.Block:
    """The block without carried names that yield themselves or what they began with."""
    names = Names()
    names.read = read
    return _block(block, names)


def _sub(atom: ir.Atom, names: Names) -> ir.Atom:
    """The atom with what stands for its names; the atom itself where nothing does."""
    if isinstance(atom, ir.Var):
        found = names.get(atom.name)
        return atom if found is None else _sub(found, names)
    if isinstance(atom, ir.Pack):
        items = [_sub(item, names) for item in atom.items]
        same = all(new is old for new, old in zip(items, atom.items, strict=True))
        return atom if same else ir.Pack(atom.kind, tuple(items), atom.keys)
    return atom


def _applied(apply: ir.Apply, names: Names) -> ir.Apply:
    args = [_sub(arg, names) for arg in apply.args]
    kwargs = [(key, _sub(arg, names)) for key, arg in apply.kwargs]
    same = all(new is old for new, old in zip(args, apply.args, strict=True))
    same = same and all(new is old for (_, new), (_, old) in zip(kwargs, apply.kwargs, strict=True))
    return apply if same else ir.Apply(apply.function, tuple(args), tuple(kwargs))


def _block(block: ir.Block, names: Names) -> ir.Block:
    statements: list[ir.Stmt] = []
    for stmt in block.statements:
        if names.read and isinstance(stmt, ir.With) and stmt.context.function is section:
            inner = _block(stmt.body, names)
            statements += inner.statements
            names.update(zip(stmt.results, inner.yields, strict=True))
        elif statements and isinstance(stmt, ir.With) and isinstance(last := statements[-1], ir.With) and _alike(last, stmt):
            statements[-1] = _joined(last, stmt, names)
        else:
            statements.append(_stmt(stmt, names))
    return ir.Block(tuple(statements), tuple(_sub(atom, names) for atom in block.yields))


def _alike(one: ir.With, other: ir.With) -> bool:
    return one.context == other.context == IGNORED


def _joined(one: ir.With, other: ir.With, names: Names) -> ir.With:
    """Two contexts without warnings, one after the other, as one."""
    inner = Names({**names, **dict(zip(one.results, one.body.yields, strict=True))})
    inner.read = names.read
    body = _block(other.body, inner)
    statements, yields = one.body.statements + body.statements, one.body.yields + body.yields
    return replace(one, body=ir.Block(statements, yields), results=one.results + other.results)


def _stmt(stmt: ir.Stmt, names: Names) -> ir.Stmt:
    match stmt:
        case ir.Let():
            value = _applied(stmt.value, names)
            if value.function is operator.getitem and isinstance(value.args[0], ir.Var) and (item := names.get(_item(value.args[0].name))):
                names[stmt.target] = item
            return stmt if value is stmt.value else ir.Let(stmt.target, value, stmt.origin)
        case ir.If():
            stmt = replace(
                stmt, test=_sub(stmt.test, names), then=_block(stmt.then, names), other=_block(stmt.other, names)
            )
            return _same_arms(stmt, names)
        case ir.For() | ir.While():
            return _loop(stmt, names)
        case ir.With():
            return replace(stmt, context=_applied(stmt.context, names), body=_block(stmt.body, names))
        case ir.Try():
            handlers = tuple((_sub(kind, names), _block(block, names)) for kind, block in stmt.handlers)
            return replace(stmt, body=_block(stmt.body, names), handlers=handlers)
        case ir.Raise():
            return replace(stmt, exception=_sub(stmt.exception, names))


def _same_arms(stmt: ir.If, names: Names) -> ir.If:
    """A result that is the same in both arms is no result."""
    keep = []
    for k, name in enumerate(stmt.results):
        then, other = stmt.then.yields[k], stmt.other.yields[k]
        if then == other:
            names[name] = then
        else:
            keep.append(k)
    return _narrowed(stmt, keep)


def _narrowed(stmt: ir.If, keep: list[int]) -> ir.If:
    then = replace(stmt.then, yields=tuple(stmt.then.yields[k] for k in keep))
    other = replace(stmt.other, yields=tuple(stmt.other.yields[k] for k in keep))
    return replace(stmt, then=then, other=other, results=tuple(stmt.results[k] for k in keep))


def _loop(stmt: ir.For | ir.While, names: Names) -> ir.Stmt:
    first = 1 if stmt.stops else 0
    inits = tuple(_sub(init, names) for init in stmt.inits)
    keep = []
    for k, name in enumerate(stmt.carried):
        end = _sub(stmt.body.yields[first + k], names)
        if end in (ir.Var(name), inits[k]) and inits[k] != ir.UNDEFINED:
            names[name] = names[stmt.results[k]] = inits[k]
        else:
            keep.append(k)
    body = _block(stmt.body, names)
    again = [k for k in keep if _unchanged(body.yields[first + k], stmt.carried[k], inits[k])]
    narrowed = replace(body, yields=(*body.yields[:first], *(body.yields[first + k] for k in keep)))
    carried, results = tuple(stmt.carried[k] for k in keep), tuple(stmt.results[k] for k in keep)
    inits = tuple(inits[k] for k in keep)
    stmt = replace(stmt, slots=None if stmt.slots is None or names.read else _sub(stmt.slots, names))
    if isinstance(stmt, ir.For):
        start, stop, step = (_sub(bound, names) for bound in stmt.bounds)
        new: ir.For | ir.While = replace(
            stmt, bounds=(start, stop, step), carried=carried, inits=inits, body=narrowed, results=results
        )
    else:
        new = replace(stmt, test=_block(stmt.test, names), carried=carried, inits=inits, body=narrowed, results=results)
    if again:
        return _loop(new, names)
    names.update((_item(result), item) for result, item in _recorded(new))
    return new


def _item(name: str) -> str:
    """The key under which the only item of a list is noted, as often as it is there."""
    return f"{name}[]"


def _recorded(stmt: ir.For | ir.While) -> Iterator[tuple[str, ir.Const]]:
    """The records of a loop that hold one constant, as often as there were iterations."""
    made = {let.target: let for let in stmt.body.statements if isinstance(let, ir.Let)}
    ends = stmt.body.yields[1 if stmt.stops else 0 :]
    for name, init, end, result in zip(stmt.carried, stmt.inits, ends, stmt.results, strict=True):
        let = made.get(end.name) if isinstance(end, ir.Var) else None
        if let is None or let.origin is not None or let.value.function is not append or init != ir.Pack(list, ()):
            continue
        whole, item = let.value.args
        if whole == ir.Var(name) and isinstance(item, ir.Const):
            yield result, item


def _unchanged(end: ir.Atom, name: str, init: ir.Atom) -> bool:
    return end in (ir.Var(name), init) and init != ir.UNDEFINED
