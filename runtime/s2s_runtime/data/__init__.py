"""Samples, batches of them, and files that hold them.

    loader = DataLoader(Dataset(images, labels), batch_size=32, shuffle=True, seed=0)
    for images, labels in loader:
        ...

In: arrays, memory-mapped files, any sequence or iterable.  Out: batches.  Nothing here changes what it was given.
"""

from s2s_runtime.data.dataset import Dataset, collate
from s2s_runtime.data.files import CsvError, load_csv, load_npy
from s2s_runtime.data.loader import DataLoader, order

__all__ = ["CsvError", "DataLoader", "Dataset", "collate", "load_csv", "load_npy", "order"]
