"""What was seen in training: the loss of each step before its update, and the numbers of each epoch by name."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from typing import Any


@dataclasses.dataclass
class History:
    """losses: one per step.  epochs: per epoch {"loss": the mean of its steps, weighted by batch size, and what `validate` gave}."""

    losses: list[float] = dataclasses.field(default_factory=list)
    epochs: list[dict[str, float]] = dataclasses.field(default_factory=list)

    def of(self, name: str) -> list[float]:
        """The numbers of this name, one per epoch.  Raises KeyError if there is none."""
        return [epoch[name] for epoch in self.epochs]

    def text(self) -> str:
        """As JSON, every float to the last bit; NaN and infinities are strings, since JSON has no word for them."""
        return json.dumps(_plain(dataclasses.asdict(self)))

    @staticmethod
    def read(text: str) -> History:
        """What `text` wrote."""
        found = json.loads(text)
        epochs = [{name: float(value) for name, value in epoch.items()} for epoch in found["epochs"]]
        return History([float(value) for value in found["losses"]], epochs)

    def save(self, path: str | Path) -> None:
        """Write the training log as a JSON file."""
        Path(path).write_text(self.text() + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if math.isfinite(value) else str(value)
