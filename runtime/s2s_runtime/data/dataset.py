"""A dataset is anything with a length and items; this one holds parallel columns, or a sequence of samples, and changes neither."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from s2s_runtime import tree


class Dataset(Sequence[Any]):
    """Samples by number.

    `Dataset(images, labels)`: parallel columns of one length, arrays (memory-mapped ones, too) or sequences; sample k is
    `(images[k], labels[k])`.  `Dataset(samples)`: one sequence, whose items are the samples as they are.

    Raises ValueError for columns of different lengths.
    """

    def __init__(self, *columns: Any) -> None:
        lengths = [len(column) for column in columns]
        if len(set(lengths)) != 1:
            raise ValueError(f"Dataset: columns of one length are needed, got lengths {lengths}")
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns[0])

    def __getitem__(self, number: Any) -> Any:
        """A sample; for a slice, the dataset of these samples, which shares memory where NumPy's slices do."""
        if isinstance(number, slice):
            return Dataset(*[column[number] for column in self.columns])
        items = tuple([column[number] for column in self.columns])
        return items[0] if len(items) == 1 else items

    def take(self, numbers: Any) -> Dataset:
        """The dataset of these samples, in this order: a copy where the columns are arrays."""
        return Dataset(*[_taken(column, numbers) for column in self.columns])

    def split_at(self, number: int) -> tuple[Dataset, Dataset]:
        """The first samples, and the rest."""
        return self[:number], self[number:]

    def append(self, other: Dataset) -> Dataset:
        """These samples, then those."""
        pairs = zip(self.columns, other.columns, strict=True)
        return Dataset(*[_joined(mine, theirs) for mine, theirs in pairs])

    def map(self, function: Callable[..., Any]) -> Dataset:
        """The dataset of `function(sample)`, or of `function(*columns of the sample)`, made now."""
        made = [function(*sample) if len(self.columns) > 1 else function(sample) for sample in self]
        return Dataset(*collate(made)) if made and isinstance(made[0], tuple) else Dataset(made)

    def __iter__(self) -> Iterator[Any]:
        return (self[number] for number in range(len(self)))


def collate(samples: Sequence[Any]) -> Any:
    """A batch of samples: their leaves stacked along a new first axis, in the containers that they are in.

    Leaves that are no numbers or arrays become a list.  Raises ValueError for no samples ("collate: empty batch"), TreeMismatch for
    samples with different containers, NumPy's error for leaves of different shapes.
    """
    if not samples:
        raise ValueError("collate: empty batch")
    first, structure = tree.flatten(samples[0])
    if all(leaf is samples[0] for leaf in first):
        return _stacked(list(samples))
    rows = [[leaf for _, _, leaf in tree.pairs(samples[0], sample, "sample")] for sample in samples]
    return tree.unflatten(structure, [_stacked(list(leaves)) for leaves in zip(*rows, strict=True)])


def _stacked(leaves: list[Any]) -> Any:
    numeric = isinstance(leaves[0], (np.ndarray, np.generic, int, float, complex))
    return np.stack([np.asarray(leaf) for leaf in leaves]) if numeric else leaves


def _taken(column: Any, numbers: Any) -> Any:
    return column[np.asarray(numbers)] if isinstance(column, np.ndarray) else [column[number] for number in numbers]


def _joined(mine: Any, theirs: Any) -> Any:
    return np.concatenate([mine, theirs]) if isinstance(mine, np.ndarray) else [*mine, *theirs]
