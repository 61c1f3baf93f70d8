"""Batches of a dataset, in an order that is known.

The order of epoch e is `numpy.random.default_rng((seed, e)).permutation(len(dataset))`: it depends on the seed and the number of the
epoch and on nothing else, so epochs can be had out of turn, and a loader goes on where another one stopped.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from s2s_runtime.data.dataset import Dataset, collate


def order(seed: int, epoch: int, count: int) -> Any:
    """The numbers 0 to count - 1 as epoch `epoch` (from 0) of a shuffled loader with this seed visits them.

    >>> order(seed=0, epoch=0, count=5)
    array([2, 4, 3, 0, 1])
    """
    return np.random.default_rng((seed, epoch)).permutation(count)


class DataLoader:
    """Batches of a dataset; each `for` over it is one epoch.  The dataset is never changed.

    dataset: anything with a length and items (a Dataset, a list, an array, a memory-mapped file), or an iterable, which is read as it
    comes and cannot be shuffled.  The last batch is smaller where the batch size does not divide the length, or left out with
    `drop_last`. `collate`: from a list of samples to a batch; without it, leaves are stacked.  A Dataset of arrays is subscripted once
    per batch.

    Raises ValueError for a batch size below 1, for an empty dataset, and for a shuffled iterable.
    """

    def __init__(
        self, dataset: Any, batch_size: int, *, shuffle: bool = False, seed: int = 0, drop_last: bool = False,
        collate: Callable[[list[Any]], Any] | None = None,
    ) -> None:  # fmt: skip
        self.sized = hasattr(dataset, "__len__") and hasattr(dataset, "__getitem__")
        if batch_size < 1:
            raise ValueError(f"DataLoader: batch size must be at least 1, got {batch_size}")
        if self.sized and len(dataset) == 0:
            raise ValueError("DataLoader: empty dataset")
        if shuffle and not self.sized:
            raise ValueError(
                "DataLoader: an iterable without length and items cannot be shuffled; make it a list first"
            )
        self.dataset, self.batch_size, self.shuffle, self.seed = dataset, batch_size, shuffle, seed
        self.drop_last, self.collate = drop_last, collate
        self.epoch, self.batch = 0, 0

    def __len__(self) -> int:
        """The number of batches in an epoch.  Raises TypeError for an iterable."""
        if not self.sized:
            raise TypeError("DataLoader: the number of batches of an iterable is not known")
        whole, rest = divmod(len(self.dataset), self.batch_size)
        return whole + (1 if rest and not self.drop_last else 0)

    def __iter__(self) -> Iterator[Any]:
        """The batches of this epoch, from where the loader stands; then it stands at the next epoch.

        An epoch that is left early (`break`) is gone on with by the next `for`; `restart` forgets it.
        Raises ValueError where an iterable gave nothing, "DataLoader: empty dataset".
        """
        for numbers in self._batches():
            self.batch += 1
            yield self._collated(numbers)
        self.epoch, self.batch = self.epoch + 1, 0

    def restart(self, epoch: int = 0) -> None:
        """Stand at the beginning of an epoch."""
        self.epoch, self.batch = epoch, 0

    def state_dict(self) -> dict[str, int]:
        """Where the loader stands: the seed, the epoch, and the batches of it that were given."""
        return {"seed": self.seed, "epoch": self.epoch, "batch": self.batch}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where another loader of the same dataset stood.  An iterable is read again up to there."""
        self.seed, self.epoch, self.batch = int(state["seed"]), int(state["epoch"]), int(state["batch"])

    def _batches(self) -> Iterator[Any]:
        """Numbers of samples, or samples themselves, per batch that is still to come."""
        if self.sized:
            count, size = len(self.dataset), self.batch_size
            numbers = order(self.seed, self.epoch, count) if self.shuffle else np.arange(count)
            yield from (numbers[k * size : (k + 1) * size] for k in range(self.batch, len(self)))
            return
        source, given = iter(self.dataset), 0
        while samples := list(itertools.islice(source, self.batch_size)):
            given += 1
            if given > self.batch and not (self.drop_last and len(samples) < self.batch_size):
                yield samples
        if not given:
            raise ValueError("DataLoader: empty dataset")

    def _collated(self, numbers: Any) -> Any:
        if not self.sized:
            return (self.collate or collate)(numbers)
        if self.collate is None and isinstance(self.dataset, np.ndarray):
            return np.asarray(self.dataset[numbers])
        if self.collate is None and isinstance(self.dataset, Dataset):
            columns = [_rows(column, numbers) for column in self.dataset.columns]
            return columns[0] if len(columns) == 1 else tuple(columns)
        return (self.collate or collate)([self.dataset[int(number)] for number in numbers])


def _rows(column: Any, numbers: Any) -> Any:
    return (
        np.asarray(column[numbers])
        if isinstance(column, np.ndarray)
        else collate([column[int(number)] for number in numbers])
    )
