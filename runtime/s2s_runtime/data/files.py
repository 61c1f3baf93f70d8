"""Numbers in files: CSV with the row and column in every error, and npy, memory-mapped.

In: a path.  Out: arrays.  The formats are read by the standard library's `csv` and by NumPy; what is here says what is wrong with a file.
"""

from __future__ import annotations

import csv
import itertools
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np


class CsvError(ValueError):
    """A file does not hold the numbers that it should; `row` and `column` count from 1, the row as an editor counts lines."""

    def __init__(self, path: str, row: int, column: int | None, what: str) -> None:
        super().__init__(f"{path}: row {row}{'' if column is None else f', column {column}'}: {what}")
        self.row, self.column = row, column


def load_csv(
    path: str | Path, *, delimiter: str = ",", header: int = 0, columns: Sequence[int] | None = None, rows: int | None = None,
    nan: Literal["error", "keep"] = "error", dtype: Any = np.float64,
) -> Any:  # fmt: skip
    """The numbers of a CSV file: an array of shape (rows, columns).

    header: lines to skip.  columns: which columns, from 0, in this order.  rows: only so many rows.  Cells may be quoted, and have
    spaces around them; empty lines are skipped.  nan: what becomes of an empty cell, "nan" and "inf": "keep" makes them NaN and
    infinities.

    Raises CsvError, with row and column, for a cell that is no number, for a row with another number of cells than the first, for a
    column that is not there, for NaN and infinities with nan="error"; ValueError for "no data rows" and for fewer rows than were asked
    for.
    """
    if nan not in ("error", "keep"):
        raise ValueError(f'load_csv: nan is "error" or "keep", got {nan!r}')
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.reader(file, delimiter=delimiter, skipinitialspace=True, strict=True)
        found = list(itertools.islice(_rows(str(path), reader, header, columns, nan), rows))
    if not found:
        raise ValueError(f"{path}: no data rows")
    if rows is not None and len(found) < rows:
        raise ValueError(f"{path}: {rows} rows are wanted, there are {len(found)}")
    return np.array(found, dtype=dtype)


def _rows(path: str, reader: Any, header: int, columns: Sequence[int] | None, nan: str) -> Iterable[list[float]]:
    width = None
    try:
        for _ in range(header):
            next(reader, None)
        for cells in reader:
            if not cells or (len(cells) == 1 and not cells[0].strip()):
                continue
            width = len(cells) if width is None else width
            if len(cells) != width:
                raise CsvError(path, reader.line_num, None, f"{len(cells)} cells, the rows above have {width}")
            wanted = range(width) if columns is None else columns
            yield [_number(path, reader.line_num, k, cells, nan) for k in wanted]
    except csv.Error as error:
        raise CsvError(path, reader.line_num, None, str(error)) from error


def _number(path: str, row: int, column: int, cells: list[str], nan: str) -> float:
    if not 0 <= column < len(cells):
        raise CsvError(path, row, column + 1, f"there are {len(cells)} columns")
    cell = cells[column].strip()
    if not cell and nan == "keep":
        return math.nan
    try:
        value = float(cell)
    except ValueError:
        raise CsvError(path, row, column + 1, f"{cell[:40]!r} is no number") from None
    if not math.isfinite(value) and nan == "error":
        raise CsvError(path, row, column + 1, f'{cell!r}; nan="keep" lets it through')
    return value


def load_npy(
    path: str | Path, *, rows: int | None = None, shape: tuple[int | None, ...] | None = None, mmap: bool = True
) -> Any:
    """The array of an npy file; the first `rows` of it, if given.

    With `mmap` the file is mapped into memory, read-only: what is not looked at is not read.  shape: what the array must have, None for
    any length. Raises ValueError, with the path, for a file that is no npy file or is cut short, for one of Python objects, for an
    array without axes where `rows` is given, for fewer rows than that, for another shape.
    """
    try:
        array = np.load(path, mmap_mode="r" if mmap else None, allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise ValueError(f"{path}: {error}") from error
    if not isinstance(array, np.ndarray):
        raise ValueError(f"{path}: an npz archive, not an npy file")
    if rows is not None:
        array = _first(str(path), array, rows)
    if shape is not None and not _fits(array.shape, shape):
        raise ValueError(f"{path}: shape {array.shape}, expected {shape}")
    return array


def _first(path: str, array: Any, rows: int) -> Any:
    if array.ndim == 0:
        raise ValueError(f"{path}: an array without axes has no rows")
    if len(array) < rows:
        raise ValueError(f"{path}: {rows} rows are wanted, there are {len(array)}")
    return array[:rows]


def _fits(shape: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return len(shape) == len(wanted) and all(want in (None, length) for length, want in zip(shape, wanted, strict=True))
