"""The numbers of PyTorch that the optimizers and schedules are held against.

    python tests/training/torch_numbers.py        # writes torch_numbers.json beside it; needs PyTorch

The tests read the file, and compare with PyTorch itself where it is installed.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

FILE = Path(__file__).with_suffix(".json")
STEPS = 6

# name of the case: (our method and options, PyTorch's class and options)
OPTIMIZERS: dict[str, tuple[str, dict[str, Any], str, dict[str, Any]]] = {
    "sgd": ("sgd", {"lr": 0.1}, "SGD", {"lr": 0.1}),
    "sgd with decay": ("sgd", {"lr": 0.1, "weight_decay": 0.05}, "SGD", {"lr": 0.1, "weight_decay": 0.05}),
    "momentum": ("sgd", {"lr": 0.1, "momentum": 0.9}, "SGD", {"lr": 0.1, "momentum": 0.9}),
}


def same(case: str, ours: str, theirs: str, **options: Any) -> None:
    """A case whose options have the same names here and there."""
    OPTIMIZERS[case] = (ours, options, theirs, options)


same("dampening", "sgd", "SGD", lr=0.1, momentum=0.9, dampening=0.3, weight_decay=0.02)
same("nesterov", "sgd", "SGD", lr=0.1, momentum=0.8, nesterov=True, weight_decay=0.02)
same("adagrad", "adagrad", "Adagrad", lr=0.1, lr_decay=0.1, weight_decay=0.02)
same("rmsprop", "rmsprop", "RMSprop", lr=0.05, alpha=0.9)
same("rmsprop centered", "rmsprop", "RMSprop", lr=0.05, alpha=0.9, centered=True, momentum=0.7, weight_decay=0.02)
same("adam", "adam", "Adam", lr=0.05)
same("adam with all", "adam", "Adam", lr=0.05, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1, amsgrad=True)
same("adamw", "adamw", "AdamW", lr=0.05)
same("adamw amsgrad", "adamw", "AdamW", lr=0.05, weight_decay=0.2, amsgrad=True)
same("adadelta", "adadelta", "Adadelta", lr=0.7, rho=0.85, weight_decay=0.02)
same("muon", "muon", "Muon", lr=0.05, weight_decay=0.1)
same("muon plain", "muon", "Muon", lr=0.05, weight_decay=0.0, nesterov=False, momentum=0.9)
OPTIMIZERS["adagrad initial"] = (
    "adagrad",
    {"lr": 0.1, "initial": 0.3},
    "Adagrad",
    {"lr": 0.1, "initial_accumulator_value": 0.3},
)
OPTIMIZERS["muon rms"] = (
    "muon",
    {"lr": 0.05, "adjust_lr": "match_rms_adamw"},
    "Muon",
    {"lr": 0.05, "adjust_lr_fn": "match_rms_adamw"},
)

# name of the case: (our schedule and arguments, PyTorch's class and arguments); the optimizer's rate is 0.5
SCHEDULES: dict[str, tuple[str, dict[str, Any], str, dict[str, Any]]] = {
    "step": ("step_decay", {"lr": 0.5, "every": 3, "factor": 0.4}, "StepLR", {"step_size": 3, "gamma": 0.4}),
    "exponential": ("exponential", {"lr": 0.5, "factor": 0.9}, "ExponentialLR", {"gamma": 0.9}),
    "cosine": ("cosine", {"lr": 0.5, "steps": 7, "lowest": 0.1, "periodic": True}, "CosineAnnealingLR", {"T_max": 7, "eta_min": 0.1}),
    "warmup": ("warmup", {"lr": 0.5, "steps": 6, "start": 0.1}, "LinearLR", {"start_factor": 0.2, "total_iters": 6}),
    "one cycle": ("one_cycle", {"highest": 0.7, "steps": 20}, "OneCycleLR", {"max_lr": 0.7, "total_steps": 20}),
    "one cycle linear": (
        "one_cycle", {"highest": 0.7, "steps": 20, "rising": 0.4, "shape": "linear", "first_divisor": 10.0},
        "OneCycleLR", {"max_lr": 0.7, "total_steps": 20, "pct_start": 0.4, "anneal_strategy": "linear", "div_factor": 10.0},
    ),
    "one cycle three phases": ("one_cycle", {"highest": 0.7, "steps": 20, "three_phase": True, "last_divisor": 50.0},
                               "OneCycleLR", {"max_lr": 0.7, "total_steps": 20, "three_phase": True, "final_div_factor": 50.0}),
}  # fmt: skip
for _name, _options in (("", {}), (" linear", {"rising": 0.4, "shape": "linear"}), (" three phases", {"three_phase": True})):
    _theirs = {{"rising": "pct_start", "shape": "anneal_strategy"}.get(key, key): value for key, value in _options.items()}
    SCHEDULES[f"one cycle momentum{_name}"] = (
        "one_cycle_momentum", {"lowest": 0.8, "highest": 0.95, "steps": 20, **_options},
        "OneCycleLR", {"max_lr": 0.7, "total_steps": 20, "base_momentum": 0.8, "max_momentum": 0.95, **_theirs},
    )  # fmt: skip
SCHEDULES["cyclic momentum"] = (
    "cyclic", {"lowest": 0.95, "highest": 0.8, "up": 3, "down": 4},
    "CyclicLR", {"base_lr": 0.1, "max_lr": 0.6, "step_size_up": 3, "step_size_down": 4, "base_momentum": 0.8, "max_momentum": 0.95},
)  # fmt: skip
for _mode in ("triangular", "triangular2", "exp_range"):
    SCHEDULES[f"cyclic {_mode}"] = (
        "cyclic", {"lowest": 0.1, "highest": 0.6, "up": 3, "down": 4, "mode": _mode, "factor": 0.9},
        "CyclicLR", {"base_lr": 0.1, "max_lr": 0.6, "step_size_up": 3, "step_size_down": 4, "mode": _mode, "gamma": 0.9},
    )  # fmt: skip


def start(case: str) -> dict[str, Any]:
    """The parameters that a case begins with: a tall and a wide matrix, and a vector where the method takes one."""
    rng = np.random.default_rng(3)
    params = {"tall": rng.normal(size=(3, 2)), "wide": rng.normal(size=(2, 4))}
    return params if case.startswith("muon") else params | {"vector": rng.normal(size=3)}


def gradient(params: dict[str, Any], step: int) -> dict[str, Any]:
    """A gradient that depends on the parameters and the step, in the parameters' dtype."""
    return {name: np.sin(3.0 * value + step) + 0.3 * value for name, value in params.items()}


def by_torch(case: str, dtype: str = "float64") -> list[list[float]]:
    """The parameters after each step, laid out as one list."""
    import torch

    _, _, name, options = OPTIMIZERS[case]
    params = {key: torch.tensor(value.astype(dtype)) for key, value in start(case).items()}
    with _exact_muon(torch):
        optimizer = getattr(torch.optim, name)(list(params.values()), **options)
        rows = []
        for step in range(STEPS):
            for key, value in gradient({key: p.numpy() for key, p in params.items()}, step).items():
                params[key].grad = torch.tensor(value)
            optimizer.step()
            rows.append(np.concatenate([p.numpy().ravel() for p in params.values()]).astype(float).tolist())
    return rows


def _exact_muon(torch: Any) -> contextlib.AbstractContextManager[Any]:
    """PyTorch's Muon without its rounding to 16 bits, which would hide everything else."""
    return mock.patch.object(torch.Tensor, "bfloat16", lambda self: self.clone())


def rates_by_torch(case: str) -> list[float]:
    """The rate at steps 0, 1, ..., 19; the momentum, where that is what the case is about."""
    import torch

    _, _, name, options = SCHEDULES[case]
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.5, momentum=0.9)
    scheduler = getattr(torch.optim.lr_scheduler, name)(optimizer, **options)
    rates = []
    for _ in range(20):
        rates.append(float(optimizer.param_groups[0]["momentum" if "momentum" in case else "lr"]))
        optimizer.step()
        if len(rates) < 20:
            scheduler.step()
    return rates


def main() -> None:
    import torch

    numbers = {
        "made with": f"torch {torch.__version__.split('+')[0]}",
        "optimizers": {case: by_torch(case) for case in OPTIMIZERS},
        "schedules": {case: rates_by_torch(case) for case in SCHEDULES},
    }
    FILE.write_text(json.dumps(numbers, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
