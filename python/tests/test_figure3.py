"""Fig. 3 by matplotlib shows the numbers of the exports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import matplotlib as mpl
import pytest
from conftest import ROOT

import dyviz
from dyviz import figures
from dyviz.figure_command import main



@pytest.fixture(scope="module")
def exported(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("figure")
    model, images = ROOT / "sample-weights/model.bin", ROOT / "sample-images"
    subprocess.run([program, "stats", model, images, "--limit", "24", "--output", folder], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def variant(exported: Path) -> dyviz.Variant:
    return dyviz.read(exported)["dyrelu-b"]


def axes_of(figure: mpl.figure.Figure) -> dict[str, mpl.axes.Axes]:
    return {axes.get_label(): axes for axes in figure.axes}


def reach(density: dyviz.Density) -> float:
    """Naively: powers of two, until no more than 0.05 % of the pairs of an axis lie in whole bins beyond either end."""
    half = 2.0**-4
    rows, columns = density.counts.sum(axis=1), density.counts.sum(axis=0)
    while True:
        beyond = [
            outside
            for counts, edges in ((columns, density.x_edges), (rows, density.y_edges))
            for outside in (counts[edges[1:] > half].sum(), counts[edges[:-1] < -half].sum())
        ]
        if all(outside <= int(density.total * (1 - 0.999) / 2) for outside in beyond):
            return half
        half *= 2


def test_the_range_holds_all_but_the_outermost_pairs(variant: dyviz.Variant) -> None:
    for density in variant.densities():
        assert density.half_range() == reach(density)


def test_scatters_are_the_densities_of_the_odd_blocks(variant: dyviz.Variant) -> None:
    axes = axes_of(dyviz.figure3(variant))
    assert sorted(axes) == ["bars", "density"] + [f"scatter {place}" for place in range(9)]
    for place, block in enumerate(range(1, 18, 2)):
        own, density = axes[f"scatter {place}"], variant.density(f"{block}.A2")
        half = reach(density)
        assert own.get_title() == f"block {block}"
        assert own.get_xlim() == own.get_ylim() == (-half, half)
        (picture,) = own.get_images()
        drawn = picture.get_array()
        left, right, bottom, top = picture.get_extent()
        expected = np.zeros(drawn.shape)
        for i, j in zip(*np.nonzero(density.counts)):
            x, y = density.x_edges[j], density.y_edges[i]
            if left <= x < right and bottom <= y < top:
                row = int((y - bottom) / (top - bottom) * drawn.shape[0])
                expected[row, int((x - left) / (right - left) * drawn.shape[1])] += density.counts[i, j]
        assert max(abs(left), abs(right), abs(bottom), abs(top)) <= half
        np.testing.assert_array_equal(drawn.mask, expected == 0)
        np.testing.assert_allclose(drawn.filled(0), expected / expected.max(), rtol=1e-15)
        lines = own.get_lines()[0:2]
        assert [(line.get_xdata()[-1], line.get_ydata()[-1]) for line in lines] == [(half, half), (half, -half)]


def test_no_bin_is_smaller_than_a_dot(variant: dyviz.Variant) -> None:
    for width, dpi in ((7, 300), (3.3, 300), (7, 72), (3.3, 72)):
        figure = dyviz.figure3(variant, width=width, dpi=dpi)
        figure.set_dpi(dpi)
        for label, axes in axes_of(figure).items():
            if label.startswith("scatter"):
                (picture,) = axes.get_images()
                left, right, *_ = picture.get_extent()
                axes.apply_aspect()
                dots = axes.get_window_extent().width * (right - left) / np.ptp(axes.get_xlim())
                assert picture.get_array().shape[1] <= dots + 1e-9


def test_bars_are_the_slope_differences(variant: dyviz.Variant) -> None:
    axes = axes_of(dyviz.figure3(variant))["bars"]
    table = variant.slope_difference
    rows = table[table["site"].isin(["A2", "stem", "last"])]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["stem", *map(str, range(1, 18)), "last"]
    assert [bar.get_height() for bar in axes.patches] == list(rows["mean"])
    (spread,) = axes.collections
    assert [tuple(line[:, 1]) for line in spread.get_segments()] == list(zip(rows["p10"], rows["p90"]))


def test_blocks_and_sites_as_asked(variant: dyviz.Variant, exported: Path) -> None:
    def titles(**options: object) -> list[str]:
        found = axes_of(dyviz.figure3(variant, **options))
        return [axes.get_title() for label, axes in found.items() if label.startswith("scatter")]

    assert titles(blocks="all") == [f"block {block}" for block in range(1, 18)]
    assert titles(blocks=[9, 2]) == ["block 9", "block 2"]
    assert titles(site="A1", blocks=[5]) == ["block 5"]
    assert titles(site="5.A2") == titles(site="blocks.4.depthwise.act") == ["block 5"]
    assert titles(site="stem") == ["stem"]
    for options, words in (
        ({"site": "A9"}, "dyrelu-b: no activation is called A9; there are stem, A2, A3, A1, last"),
        ({"blocks": [99]}, "block 99 has no such activation; blocks 1, 2"),
        ({"blocks": "even"}, 'blocks are "odd", "all" or numbers, not .even.'),
    ):
        with pytest.raises(dyviz.ReadError, match=words):
            dyviz.figure3(variant, **options)
    assert axes_of(dyviz.figure3(exported, "relu"))["bars"].patches[3].get_height() == 1


def test_it_draws_into_a_figure_of_the_users(variant: dyviz.Variant) -> None:
    own = mpl.figure.Figure(figsize=(5, 5))
    assert dyviz.figure3(variant, figure=own, cmap="viridis") is own
    assert own.get_size_inches().tolist() == [5, 5]
    assert axes_of(own)["scatter 0"].get_images()[0].get_cmap().name == "viridis"


def test_the_caption_is_made_of_the_numbers(variant: dyviz.Variant) -> None:
    words = dyviz.caption(variant)
    assert words.startswith("Outputs y over inputs x of A2 (DY-ReLU-B) in blocks 1, 3, 5, 7, 9, 11, 13, 15, 17; every element is counted.")
    top1 = variant.summary["top1"]
    assert words.endswith(f"dyrelu-b of model.bin: 24 images, top-1 {top1:.1%} of 24 labelled.")
    assert "in block 5; at least 5.9% of the positions are counted" in dyviz.caption(variant, site="5.A1")


@pytest.mark.parametrize("ending", ["pdf", "svg", "png"])
def test_files_are_whole_and_equal(ending: str, exported: Path, tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.{ending}" for name in "ab"]
    for path in paths:
        assert main(["figure", str(exported), "--variant", "dyrelu-b", "--width", "85", "--output", str(path)]) == 0
    first, second = (path.read_bytes() for path in paths)
    assert first == second and len(first) > 10_000
    if ending == "svg":
        assert b">block 17<" in first and b"dyrelu-b of model.bin: 24 images" in first
    assert sorted(tmp_path.iterdir()) == paths


def test_the_command_says_what_is_wrong(exported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, words in (
        ([str(tmp_path / "none"), "--output", "a.pdf"], "none: expected a saved run or a folder that dyviz stats wrote"),
        ([str(exported), "--output", str(tmp_path / "a.txt")], "a.txt: the ending of a figure's file is one of "),
        ([str(exported), "--output", str(tmp_path / "none/a.pdf")], "No such file or directory"),
        ([str(exported), "--variant", "z", "--output", "a.pdf"], "there is no variant z; there are dyrelu-a, "),
        ([str(exported), "--site", "A9", "--output", "a.pdf"], "no activation is called A9"),
    ):
        assert main(["figure", *arguments]) == 1
        said = capsys.readouterr()
        assert said.out == "" and said.err.startswith("dyviz: ") and words in said.err and said.err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_an_earlier_file_stays_where_drawing_fails(variant: dyviz.Variant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    path.write_text("earlier")
    figure = dyviz.figure3(variant, blocks=[1])
    monkeypatch.setattr(figure, "savefig", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        figures.save(figure, path)
    assert path.read_text() == "earlier" and len(list(tmp_path.iterdir())) == 1


def test_it_needs_no_torch(exported: Path, tmp_path: Path) -> None:
    code = "import runpy, sys; sys.modules['torch'] = None; runpy.run_module('dyviz', run_name='__main__')"
    command = [sys.executable, "-c", code, "figure", exported, "--output", tmp_path / "a.svg"]
    finished = subprocess.run(command, cwd=ROOT / "python", capture_output=True, text=True, check=False)
    assert (finished.returncode, finished.stderr) == (0, "") and finished.stdout.startswith("Outputs y over inputs x")


@pytest.mark.parametrize(("module", "extra", "name"), [("pandas", "read", "read"), ("matplotlib", "figure", "figure3"), ("pandas", "read", "run")])
def test_what_is_missing_is_told(module: str, extra: str, name: str) -> None:
    code = f"import sys; sys.modules['{module}'] = None\nimport dyviz\ntry:\n    dyviz.{name}\nexcept ImportError as error:\n    print(error)"
    finished = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "python", capture_output=True, text=True, check=True)
    assert finished.stdout == f"dyviz.{name} needs the package {module}, which is not installed: pip install 'dyviz[{extra}]'\n"
