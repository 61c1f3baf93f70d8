"""A graph as text: one line per node, a drawing for Graphviz, a Python function.

In: a graph.  Out: text; a function that computes the same and that the transformer reads.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable
from typing import Any

from s2s.graph.nodes import Graph, Node, Ref
from s2s.primitives import spoken
from s2s_runtime import tree
from s2s_runtime.tape.printing import Writer, identifier, sequence_text


def function_of(node: Node) -> str:
    """What a node calls, as it is spoken of."""
    plan = getattr(node.application, "plan", None)
    return spoken(plan.function) if plan is not None else "part"


def spec_text(of: Any) -> str:
    return "(" + ", ".join(map(spec_text, of)) + ")" if isinstance(of, tuple) else str(of)


def named(graph: Graph) -> tuple[Writer, list[str]]:
    """The lines of each call, and the names of all nodes."""
    writer = Writer()
    for number in graph.arguments:
        writer.names[number] = writer.unique(identifier(graph.nodes[number].name) or f"x{number}")
    names = []
    for number in range(len(graph.nodes)):
        if number not in writer.names:
            writer.node(graph, number)  # type: ignore[arg-type]  # it reads what both kinds of nodes have
        names.append(writer.names[number])
    return writer, names


def pretty(graph: Graph) -> str:
    """One line per node: its number, what it is, its shape and dtype, the user's line."""
    writer, names = named(graph)
    statements = iter(writer.statements)
    rows = []
    for number, node in enumerate(graph.nodes):
        if node.kind == "op":
            rows.append(("; ".join(next(statements)), spec_text(node.spec), str(node.place)))
        else:
            what = f"{names[number]}: {node.kind}" if node.kind == "arg" else f"{names[number]} = const"
            rows.append((what, spec_text(node.spec), str(node.place)))
    widths = [max((len(row[k]) for row in rows), default=0) for k in (0, 1)]
    body = [f"  %{number:<3} {row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]}".rstrip() for number, row in enumerate(rows)]
    return "\n".join([f"{graph.name}:", *body, f"  return {result_text(graph.results, names)}"])


def result_text(results: Any, names: list[str]) -> str:
    """The results as an expression of the names."""
    if isinstance(results, Ref):
        return names[results.number]
    if isinstance(results, dict):
        return "{" + ", ".join(f"{key!r}: {result_text(part, names)}" for key, part in results.items()) + "}"
    if isinstance(results, (list, tuple)):
        return sequence_text(type(results), (result_text(part, names) for part in results))
    return Writer().literal(results)


def dot(graph: Graph) -> str:
    """The graph for Graphviz: boxes for calls, ellipses for arguments and constants, labelled with shapes."""
    lines = [f"digraph {graph.name if graph.name.isidentifier() else 'graph_'} {{", "  rankdir=TB;"]
    for number, node in enumerate(graph.nodes):
        label = f"{function_of(node) if node.kind == 'op' else node.name or node.kind}\\n{spec_text(node.spec)}"
        lines.append(f'  n{number} [shape={"box" if node.kind == "op" else "ellipse"}, label="{label}"];')
        lines += [f"  n{parent} -> n{number};" for parent in node.parents]
    for k, leaf in enumerate(tree.flatten(graph.results)[0]):
        if isinstance(leaf, Ref):
            lines += [f'  r{k} [shape=plaintext, label="result"];', f"  n{leaf.number} -> r{k};"]
    return "\n".join([*lines, "}", ""])


def source(graph: Graph, all_nodes: bool = False) -> str:
    """The graph as Python: a function of the leaves of its inputs; `all_nodes`: it returns the values of all nodes."""
    writer, names = named(graph)
    inputs = ", ".join(names[number] for number in graph.arguments)
    result = f"({', '.join(names)},)" if all_nodes else result_text(graph.results, names)
    name = graph.name if graph.name.isidentifier() else "graph"
    body = "\n".join(f"    {line}" for line in [*writer.lines, f"return {result}"])
    constants = [*writer.constants, *([""] * bool(writer.constants))]
    return "\n".join([*writer.imports(), "", *constants, f"def {name}({inputs}):", body, ""])


def function(graph: Graph, all_nodes: bool = False) -> Callable[..., Any]:
    """The graph as a function of the leaves of its inputs, with source: every transform takes it."""
    text = source(graph, all_nodes)
    file = f"<graph {graph.name} {hash(text):x}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {"__name__": "graph"}
    exec(compile(text, file, "exec"), namespace)
    made: Callable[..., Any] = namespace[graph.name if graph.name.isidentifier() else "graph"]
    return made
