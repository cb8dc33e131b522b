"""ONNX's own node tests: those that docs/onnx.md calls covered pass, and the page is what the script writes."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("onnx")
import onnx_nodes  # noqa: E402

PAGE = Path(__file__).resolve().parents[2] / "docs" / "onnx.md"


@pytest.fixture(scope="module")
def found(program: Path) -> list[onnx_nodes.Outcome]:
    """What becomes of every case."""
    onnx_nodes.PROGRAM = program
    return onnx_nodes.outcomes([])


def test_no_case_differs(found: list[onnx_nodes.Outcome]) -> None:
    """What is not covered is refused; nothing gives other numbers, but for what is known."""
    differing = {one.case.name for one in found if one.reason and one.reason.startswith("DIFFERS")}
    assert differing == set(), differing


def test_the_page_is_what_the_script_writes(found: list[onnx_nodes.Outcome]) -> None:
    """Covered cases by operator, the others by reason."""
    text = PAGE.read_text(encoding="utf-8")
    version = f"onnx {onnx_nodes.onnx.__version__} has"
    if version not in text:
        pytest.skip(f"the page is of another version of onnx, not {onnx_nodes.onnx.__version__}")
    assert onnx_nodes.written(text, onnx_nodes.page(found), onnx_nodes.BEGIN, onnx_nodes.END) == text


@pytest.mark.parametrize("name", ["test_softmax_axis_1", "test_relu", "test_conv_with_strides_padding", "test_resize_upsample_sizes_cubic"])
def test_a_wrong_result_is_told(name: str, program: Path) -> None:
    """The comparison itself can fail."""
    onnx_nodes.PROGRAM = program
    case = next(one for one in onnx_nodes.cases() if one.name == name)
    assert onnx_nodes.outcome(case).is_covered
    wrong = {key: value + 1 for key, value in case.outputs.items()}
    changed = onnx_nodes.Case(case.name, case.operator, case.model, case.inputs, wrong, case.tolerance)
    assert "DIFFERS" in (onnx_nodes.outcome(changed).reason or "")
