"""Lists of numbers that a part is given: handed over as arrays, of which the part makes lists.

    def part(labels):                   def part(labels_1):
        ... labels[k] ...         =>        labels = list(labels_1)
                                            ... labels[k] ...

In: a function.  Out: the function with an array in the place of each such parameter.  What its loop nests make of the list is an array
again, the one that was given.
"""

from __future__ import annotations

from dataclasses import replace

from s2s import facts, ir
from s2s.lower.counting import newest


def is_list_of_numbers(fact: facts.Type | None) -> bool:
    """Whether a value is a list of Python's whole numbers, or of its floats."""
    item = fact.item if isinstance(fact, facts.Listing) else None
    known = isinstance(item, facts.Num) and item.shape == () and item.weak is True and not item.boxed and not item.doubtful
    return known and item.dtype in (facts.INT.dtype, facts.FLOAT.dtype)  # type: ignore[union-attr]


def with_arrays(function: ir.Function) -> ir.Function:
    """The function with arrays in the place of parameters that are lists of numbers."""
    lists = [parameter for parameter in function.parameters if is_list_of_numbers(function.types.get(parameter.name))]
    if not lists:
        return function
    types, hints, first = dict(function.types), dict(function.hints), newest(function) + 1
    names, made = {}, []
    for number, parameter in enumerate(lists, first):
        name, fact = f"#{number}", types[parameter.name]
        assert isinstance(fact, facts.Listing)
        assert isinstance(fact.item, facts.Num)
        types[name], hints[name] = facts.Num(fact.item.dtype, (facts.fresh(),)), hints.get(parameter.name, "")
        names[parameter.name] = name
        made.append(ir.Let(parameter.name, ir.Apply(list, (ir.Var(name),))))
    parameters = tuple([replace(one, name=names.get(one.name, one.name)) for one in function.parameters])
    pairs = zip(function.parameters, function.inputs, strict=True)
    inputs = tuple([ir.Var(names[one.name]) if one in lists else atom for one, atom in pairs])
    body = ir.Block((*made, *function.body.statements), function.body.yields)
    return replace(function, parameters=parameters, inputs=inputs, body=body, types=types, hints=hints)
