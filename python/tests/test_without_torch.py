"""The package where PyTorch is not installed: it can be imported, and says what the exporter needs."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import ROOT

# A module that is None cannot be imported, as if it were not installed.
WITHOUT = "import sys; sys.modules['torch'] = None; sys.modules['safetensors'] = None\n"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT / "python", capture_output=True, text=True, check=False)


def test_importing_needs_no_torch() -> None:
    program = "import dyviz; print(sorted(set(dyviz.__all__) - set(dir(dyviz))), dyviz.errors.Remark.__name__, dyviz.ExportError)"
    finished = run("-c", WITHOUT + program)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout == "[] Remark <class 'dyviz.errors.ExportError'>\n"


@pytest.mark.parametrize("name", ["export", "verify", "dynamic_relu", "Preprocessing", "Attention", "Report"])
def test_the_exporter_says_what_to_install(name: str) -> None:
    program = f"import dyviz\ntry:\n    dyviz.{name}\nexcept ImportError as error:\n    print(error)"
    finished = run("-c", WITHOUT + program)
    assert finished.stderr == ""
    assert "is not installed: pip install 'dyviz[export]'" in finished.stdout or name == "Preprocessing"


def test_the_command_line_says_so_in_one_line() -> None:
    program = "import runpy; sys.argv[1:] = ['export']; runpy.run_module('dyviz', run_name='__main__')"
    finished = run("-c", WITHOUT + program)
    assert finished.returncode == 1 and finished.stdout == ""
    assert finished.stderr.startswith("dyviz: python -m dyviz needs the package ")
    assert finished.stderr.endswith("pip install 'dyviz[export]'\n") and finished.stderr.count("\n") == 1


def test_a_name_that_is_none_is_an_attribute_error() -> None:
    finished = run("-c", WITHOUT + "import dyviz; print(hasattr(dyviz, 'exprot'))")
    assert finished.stdout == "False\n"


def test_every_name_is_there_with_torch() -> None:
    import dyviz

    assert all(getattr(dyviz, name) is not None for name in dyviz.__all__)
