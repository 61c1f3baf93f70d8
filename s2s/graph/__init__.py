"""The typed graph: a program without branches, with the shape and dtype of every value, that is inspected, run and differentiated.

    graph = trace(f, (2, 3), (3,))       print(graph); dot(graph); source(graph)
    graph = trace_at(f, w, x)            of the path that f takes there, through its branches
    evaluated(graph, w, x)               the results
    jvp(graph, (w, x), (w_dot, x_dot))   the results and their tangents
    backprop(graph, (w, x), seed)        the results and the cotangents of the arguments
    compiled(graph, w, x)                a tape, node for node;  function(graph): a Python function

In: a function and specs, or calls of a builder.  Out: a `Graph`.
"""

from s2s.graph.nodes import Graph, Node, Place, Ref
from s2s.graph.running import backprop, backprop_all, compiled, evaluated, jvp
from s2s.graph.specs import Spec, spec
from s2s.graph.tracing import Builder, graph_of, jvp_availability, supported, trace, trace_at
from s2s.graph.writing import dot, function, pretty, source

__all__ = [
    "Builder", "Graph", "Node", "Place", "Ref", "Spec", "backprop", "backprop_all", "compiled", "dot", "evaluated", "function",
    "graph_of", "jvp", "jvp_availability", "pretty", "source", "spec", "supported", "trace", "trace_at",
]  # fmt: skip
