"""Dead code: statements whose values nobody reads, carried names that only feed themselves, branches that do nothing.

    y = np.sin(x); return x    =>    return x

In: statements, and the names that are read after them.  Out: the statements that matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from s2s import ir
from s2s.primitives import is_pure


def sweep(statements: Sequence[ir.Stmt], live: set[str]) -> tuple[ir.Stmt, ...]:
    """The statements that are needed for `live`, which grows by what they read."""
    kept: list[ir.Stmt] = []
    for stmt in reversed(statements):
        new = _swept(stmt, live)
        if new is not None:
            kept.append(new)
    return tuple(reversed(kept))


def sweep_block(block: ir.Block) -> ir.Block:
    """The block without what its yields do not need."""
    live = {name for atom in block.yields for name in ir.variables(atom)}
    return ir.Block(sweep(block.statements, live), block.yields)


def has_effect(statements: Sequence[ir.Stmt]) -> bool:
    """Whether statements do something beside binding names."""
    return any(
        (isinstance(stmt, ir.Let) and not is_pure(stmt.value.function))
        or isinstance(stmt, ir.Raise)
        or any(has_effect(block.statements) for block in ir.blocks(stmt))
        for stmt in statements
    )


def _read(atoms: Sequence[ir.Atom], live: set[str]) -> None:
    for atom in atoms:
        live.update(ir.variables(atom))


def _swept(stmt: ir.Stmt, live: set[str]) -> ir.Stmt | None:
    match stmt:
        case ir.Let():
            if stmt.target not in live and is_pure(stmt.value.function):
                return None
            live.update(ir.reads(stmt.value))
            return stmt
        case ir.If():
            return _swept_if(stmt, live)
        case ir.For() | ir.While():
            return _swept_loop(stmt, live)
        case ir.With():
            keep = [k for k, name in enumerate(stmt.results) if name in live]
            body = _body(stmt.body, [stmt.body.yields[k] for k in keep], live)
            if not body.statements and not keep:
                return None
            live.update(ir.reads(stmt.context))
            return replace(stmt, body=body, results=tuple(stmt.results[k] for k in keep))
        case ir.Try():
            keep = [k for k, name in enumerate(stmt.results) if name in live]
            body = _body(stmt.body, [stmt.body.yields[k] for k in keep], live, everything=True)
            handlers = tuple((kind, _body(b, [b.yields[k] for k in keep], live)) for kind, b in stmt.handlers)
            return replace(stmt, body=body, handlers=handlers, results=tuple(stmt.results[k] for k in keep))
        case _:
            _read(list(ir.operands(stmt)), live)
            return stmt


def _body(block: ir.Block, yields: Sequence[ir.Atom], live: set[str], everything: bool = False) -> ir.Block:
    """A block reduced to some yields; with `everything`, what may raise stays too."""
    inner = set(live)
    _read(yields, inner)
    if everything:
        for stmt in block.statements:
            inner.update(ir.binds(stmt))
    statements = sweep(block.statements, inner)
    result = ir.Block(statements, tuple(yields))
    live.update(ir.free(result))
    return result


def _swept_if(stmt: ir.If, live: set[str]) -> ir.Stmt | None:
    keep = [k for k, name in enumerate(stmt.results) if name in live]
    then = _body(stmt.then, [stmt.then.yields[k] for k in keep], live)
    other = _body(stmt.other, [stmt.other.yields[k] for k in keep], live)
    if not keep and not then.statements and not other.statements:
        return None
    live.update(ir.variables(stmt.test))
    return replace(stmt, then=then, other=other, results=tuple(stmt.results[k] for k in keep))


def _swept_loop(stmt: ir.For | ir.While, live: set[str]) -> ir.Stmt | None:
    """Only carried names that are read after the loop, or by what is."""
    first = 1 if stmt.stops else 0
    needed = {k for k, name in enumerate(stmt.results) if name in live}
    effect = has_effect(stmt.body.statements) or (isinstance(stmt, ir.While) and has_effect(stmt.test.statements))
    if not needed and not effect:
        return None
    while True:
        inner: set[str] = set()
        _read([*stmt.body.yields[:first], *(stmt.body.yields[first + k] for k in needed)], inner)
        statements = sweep(stmt.body.statements, inner)
        body = ir.Block(statements, (*stmt.body.yields[:first], *(stmt.body.yields[first + k] for k in sorted(needed))))
        free = ir.free(body)
        test = None
        if isinstance(stmt, ir.While):
            test = sweep_block(stmt.test)
            free |= ir.free(test)
        more = {k for k, name in enumerate(stmt.carried) if name in free} - needed
        if not more:
            break
        needed |= more
    order = sorted(needed)
    carried = tuple(stmt.carried[k] for k in order)
    inits = tuple(stmt.inits[k] for k in order)
    results = tuple(stmt.results[k] for k in order)
    live.update(free - set(carried))
    _read(inits, live)
    if isinstance(stmt, ir.For):
        live.discard(stmt.index)
        _read(stmt.bounds, live)
        return replace(stmt, body=body, carried=carried, inits=inits, results=results)
    assert test is not None
    return replace(stmt, test=test, body=body, carried=carried, inits=inits, results=results)
