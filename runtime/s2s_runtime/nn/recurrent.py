"""Recurrent cells, and loops over them.

params: {"input": weights and bias of `linear` for the input, "state": the same for the state}, with as many rows as the cell has gates
times units, in PyTorch's order.  A cell takes x (batch, features) and a state (batch, units).  A loop takes xs (time, batch, features).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2s_runtime.nn.activations import sigmoid
from s2s_runtime.nn.layers import linear


def rnn_cell(params: Any, x: Any, h: Any) -> Any:
    """tanh(W x + U h + b): the new state (Elman, 1990)."""
    return np.tanh(linear(params["input"], x) + linear(params["state"], h))


def gru_cell(params: Any, x: Any, h: Any) -> Any:
    """The new state; gates: reset, update, new (Cho et al., 2014), with the reset gate behind the matrix, as in PyTorch."""
    units = h.shape[1]
    of_input, of_state = linear(params["input"], x), linear(params["state"], h)
    reset = sigmoid(of_input[:, :units] + of_state[:, :units])
    update = sigmoid(of_input[:, units : 2 * units] + of_state[:, units : 2 * units])
    new = np.tanh(of_input[:, 2 * units :] + reset * of_state[:, 2 * units :])
    return (1.0 - update) * new + update * h


def lstm_cell(params: Any, x: Any, h: Any, c: Any) -> tuple[Any, Any]:
    """(new state, new memory); gates: input, forget, new, output (Hochreiter and Schmidhuber, 1997)."""
    units = h.shape[1]
    gates = linear(params["input"], x) + linear(params["state"], h)
    enter, forget = sigmoid(gates[:, :units]), sigmoid(gates[:, units : 2 * units])
    new, leave = np.tanh(gates[:, 2 * units : 3 * units]), sigmoid(gates[:, 3 * units :])
    memory = forget * c + enter * new
    return leave * np.tanh(memory), memory


def gated_scan(params: Any, xs: Any, h: Any) -> tuple[Any, Any]:
    """(all states (time, batch, units), the last one) of h <- a h + (1 - a) u, gate and input of which depend on x alone.

    a = sigmoid(linear(params["gate"], x)), u = linear(params["input"], x): a selective recurrence without a matrix between states (minGRU,
    Feng et al., 2024; the recurrence of Mamba has this form).
    """
    gates, inputs = sigmoid(linear(params["gate"], xs)), linear(params["input"], xs)
    states = np.empty_like(inputs)
    for t in range(xs.shape[0]):
        h = gates[t] * h + (1.0 - gates[t]) * inputs[t]
        states[t] = h
    return states, h


def rnn(params: Any, xs: Any, h: Any) -> tuple[Any, Any]:
    """(all states (time, batch, units), the last one)."""
    states = []
    for t in range(xs.shape[0]):
        h = rnn_cell(params, xs[t], h)
        states.append(h)
    return np.stack(states), h


def gru(params: Any, xs: Any, h: Any) -> tuple[Any, Any]:
    """(all states (time, batch, units), the last one)."""
    states = []
    for t in range(xs.shape[0]):
        h = gru_cell(params, xs[t], h)
        states.append(h)
    return np.stack(states), h


def lstm(params: Any, xs: Any, h: Any, c: Any) -> tuple[Any, Any, Any]:
    """(all states (time, batch, units), the last one, the last memory)."""
    states = []
    for t in range(xs.shape[0]):
        h, c = lstm_cell(params, xs[t], h, c)
        states.append(h)
    return np.stack(states), h, c
