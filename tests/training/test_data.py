"""Datasets, loaders and files: rows Dataset, DataLoader, TensorLoader, CSV and NPY of section 14 of the inventory, its defects and
errors."""

from __future__ import annotations

import numpy as np
import pytest

from s2s_runtime.data import CsvError, DataLoader, Dataset, collate, load_csv, load_npy, order

X, Y = np.arange(20.0).reshape(10, 2), np.arange(10)


def labels(loader):
    return [batch[1].tolist() for batch in loader]


# -------------------------------------------------------------------------------------------------------------- dataset
def test_a_dataset_is_a_sequence():
    data = Dataset(X, Y)
    assert len(data) == 10
    assert data[3][0].tolist() == [6.0, 7.0]
    assert [y for _, y in data] == list(range(10))
    first, rest = data.split_at(4)
    assert (len(first), len(rest)) == (4, 6)
    assert [y for _, y in rest.append(first)] == [4, 5, 6, 7, 8, 9, 0, 1, 2, 3]
    assert [y for _, y in data.take([7, 1])] == [7, 1]
    assert data.map(lambda x, y: (x * 2, y))[2][0].tolist() == [8.0, 10.0]
    assert list(Dataset(["a", "b"])) == ["a", "b"]
    assert list(Dataset([1.0, 2.0]).map(lambda x: 10 * x)) == [10.0, 20.0]
    with pytest.raises(IndexError):
        data[10]
    with pytest.raises(ValueError, match=r"lengths \[10, 9\]"):
        Dataset(X, Y[:9])


def test_collate_stacks_the_leaves_of_trees():
    batch = collate([{"x": np.ones(2), "y": (k, f"name {k}")} for k in range(3)])
    assert batch["x"].shape == (3, 2)
    assert batch["y"][0].tolist() == [0, 1, 2]
    assert batch["y"][1] == ["name 0", "name 1", "name 2"]
    assert collate([1.0, 2.0]).tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="collate: empty batch"):
        collate([])


# --------------------------------------------------------------------------------------------------------------- loader
def test_batches_cover_the_dataset_and_drop_last_drops_the_rest():
    assert labels(DataLoader(Dataset(X, Y), 4)) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert labels(DataLoader(Dataset(X, Y), 4, drop_last=True)) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert [
        len(DataLoader(Dataset(X, Y), size, drop_last=drop)) for size, drop in ((4, False), (4, True), (5, False))
    ] == [3, 2, 2]


def test_the_order_is_the_documented_one():
    loader = DataLoader(Dataset(X, Y), 3, shuffle=True, seed=7)
    for epoch in range(3):
        wanted = np.random.default_rng((7, epoch)).permutation(10)
        assert np.concatenate(labels(loader)).tolist() == wanted.tolist() == order(7, epoch, 10).tolist()
    assert sorted(order(7, 0, 10)) == list(range(10))
    assert order(7, 0, 10).tolist() != order(7, 1, 10).tolist()


def test_the_same_seed_gives_the_same_order_and_the_dataset_stays():
    x, y = X.copy(), Y.copy()
    first, second = (DataLoader(Dataset(x, y), 4, shuffle=True, seed=3) for _ in range(2))
    assert [labels(first) for _ in range(2)] == [labels(second) for _ in range(2)]
    assert (x == X).all()
    assert (y == Y).all()
    assert first.dataset[0][1] == 0


def test_a_batch_shares_no_memory_with_the_dataset():
    data = Dataset(X.copy(), Y)
    for x, _ in DataLoader(data, 4):
        x[...] = -1.0
    assert (data.columns[0] == X).all()


def test_a_loader_goes_on_where_another_stopped():
    whole = DataLoader(Dataset(X, Y), 3, shuffle=True, seed=1)
    wanted = labels(whole) + labels(whole)
    stopped = DataLoader(Dataset(X, Y), 3, shuffle=True, seed=1)
    given = []
    for _ in range(2):
        for batch in stopped:
            given.append(batch[1].tolist())
            if len(given) == 6:
                break
    again = DataLoader(Dataset(X, Y), 3, shuffle=True)
    again.load_state_dict(stopped.state_dict())
    assert stopped.state_dict() == {"seed": 1, "epoch": 1, "batch": 2}
    assert given + labels(again) == wanted
    again.restart()
    assert labels(again) == wanted[:4]


@pytest.mark.parametrize("make", [
    lambda: list(zip(X, Y)), lambda: tuple(zip(X, Y)), lambda: Dataset(X, Y), lambda: Dataset(list(X), list(Y)), lambda: zip(X, Y),
    lambda: ((x, y) for x, y in zip(X, Y)),
])  # fmt: skip
def test_any_sequence_or_iterable_will_do(make):
    batches = list(DataLoader(make(), 4))
    assert [x.shape for x, _ in batches] == [(4, 2), (4, 2), (2, 2)]
    assert np.concatenate([y for _, y in batches]).tolist() == list(range(10))


def test_an_array_and_a_memory_map_will_do(tmp_path):
    np.save(tmp_path / "x.npy", X)
    mapped = load_npy(tmp_path / "x.npy")
    assert isinstance(mapped, np.memmap)
    for data in (X, mapped):
        batches = list(DataLoader(data, 4, shuffle=True, seed=2))
        assert (np.concatenate(batches) == X[order(2, 0, 10)]).all()
        assert not any(isinstance(batch, np.memmap) for batch in batches)
    assert next(iter(DataLoader(Dataset(mapped, Y), 4)))[0].tolist() == X[:4].tolist()


def test_an_iterable_drops_and_resumes():
    assert [len(b) for b in DataLoader(iter(range(10)), 4, drop_last=True)] == [4, 4]
    loader = DataLoader(iter(range(10)), 4)
    loader.load_state_dict({"seed": 0, "epoch": 0, "batch": 1})
    assert [b.tolist() for b in loader] == [[4, 5, 6, 7], [8, 9]]
    with pytest.raises(TypeError, match="number of batches"):
        len(loader)


def test_a_collate_of_ones_own():
    loader = DataLoader(list(zip(X, Y)), 5, collate=lambda samples: sum(int(y) for _, y in samples))
    assert list(loader) == [10, 35]


@pytest.mark.parametrize(("make", "said"), [
    (lambda: DataLoader(X, 0), "DataLoader: batch size must be at least 1, got 0"),
    (lambda: DataLoader([], 2), "DataLoader: empty dataset"),
    (lambda: list(DataLoader(iter([]), 2)), "DataLoader: empty dataset"),
    (lambda: DataLoader(iter([1]), 2, shuffle=True), "DataLoader: an iterable without length and items cannot be shuffled"),
])  # fmt: skip
def test_errors_have_a_tag(make, said):
    with pytest.raises(ValueError, match=said):
        make()


# ------------------------------------------------------------------------------------------------------------------ csv
def written(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_csv_is_read_with_quotes_spaces_signs_and_empty_lines(tmp_path):
    path = written(tmp_path, 'a,"b, c",d\n1, -2.5,"3e2"\n\n+4,5., .5\n')
    assert load_csv(path, header=1).tolist() == [[1.0, -2.5, 300.0], [4.0, 5.0, 0.5]]
    assert load_csv(path, header=1, rows=1, columns=[2, 0], dtype=np.float32).tolist() == [[300.0, 1.0]]
    assert load_csv(written(tmp_path, "1;2\n"), delimiter=";").tolist() == [[1.0, 2.0]]


@pytest.mark.parametrize(("text", "row", "column", "said"), [
    ("1,2\n3,x\n", 2, 2, "'x' is no number"),
    ("1,2\n\n3,\n", 3, 2, "'' is no number"),
    ("1,2\n3\n", 2, None, "1 cells, the rows above have 2"),
    ("1,nan\n", 1, 2, "'nan'"),
    ("1,2\n-inf,2\n", 2, 1, "'-inf'"),
    ('1,"2\n', 1, None, "unexpected end of data"),
])  # fmt: skip
def test_csv_errors_have_row_and_column(tmp_path, text, row, column, said):
    with pytest.raises(CsvError, match=said) as caught:
        load_csv(written(tmp_path, text))
    assert (caught.value.row, caught.value.column) == (row, column)
    assert f"row {row}" in str(caught.value)


def test_csv_keeps_nan_where_asked(tmp_path):
    found = load_csv(written(tmp_path, "nan,1\n,inf\n"), nan="keep")
    assert np.isnan(found[:, 0]).all()
    assert found[1, 1] == np.inf
    with pytest.raises(ValueError, match='nan is "error" or "keep"'):
        load_csv(written(tmp_path, "1\n"), nan="drop")


def test_csv_without_enough_in_it(tmp_path):
    with pytest.raises(ValueError, match="no data rows"):
        load_csv(written(tmp_path, "a,b\n"), header=1)
    with pytest.raises(ValueError, match="3 rows are wanted, there are 1"):
        load_csv(written(tmp_path, "1,2\n"), rows=3)
    with pytest.raises(CsvError, match="row 1, column 5: there are 2 columns"):
        load_csv(written(tmp_path, "1,2\n"), columns=[4])


# ------------------------------------------------------------------------------------------------------------------ npy
@pytest.mark.parametrize("dtype", ["<f4", "<f8", ">f8", "<i4"])
@pytest.mark.parametrize("layout", ["C", "F"])
def test_npy_of_every_layout(tmp_path, dtype, layout):
    array = np.asarray(np.arange(12).reshape(4, 3), dtype=dtype, order=layout)
    np.save(tmp_path / "a.npy", array)
    for mmap in (True, False):
        assert (load_npy(tmp_path / "a.npy", mmap=mmap) == array).all()
        assert (load_npy(tmp_path / "a.npy", mmap=mmap, rows=2, shape=(None, 3)) == array[:2]).all()


def test_npy_errors_d12(tmp_path):
    np.save(tmp_path / "none.npy", np.array(3.0))
    with pytest.raises(ValueError, match="an array without axes has no rows"):
        load_npy(tmp_path / "none.npy", rows=1)
    assert load_npy(tmp_path / "none.npy", mmap=False) == 3.0
    np.save(tmp_path / "a.npy", X)
    with pytest.raises(ValueError, match="11 rows are wanted, there are 10"):
        load_npy(tmp_path / "a.npy", rows=11)
    with pytest.raises(ValueError, match=r"shape \(10, 2\), expected \(None, 3\)"):
        load_npy(tmp_path / "a.npy", shape=(None, 3))
    np.savez(tmp_path / "a.npz", X)
    with pytest.raises(ValueError, match="an npz archive"):
        load_npy(tmp_path / "a.npz")
    whole = (tmp_path / "a.npy").read_bytes()
    for name, content in {"short": whole[:-8], "magic": b"NOT NUMPY" + whole[9:], "empty": b""}.items():
        (tmp_path / f"{name}.npy").write_bytes(content)
        for mmap in (True, False):
            with pytest.raises(ValueError, match=f"{name}.npy: "):
                load_npy(tmp_path / f"{name}.npy", mmap=mmap)
