"""The Python API as its page and its notebook show it, on the sample that they begin with."""

import doctest
from pathlib import Path

import nbformat
import plotly.io
import pytest
from nbclient import NotebookClient

from tests.tools.pages import ROOT

PAGE = ROOT / "docs" / "python.md"
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
_FIGURE = "application/vnd.plotly.v1+json"


def test_the_page_says_what_comes_out() -> None:
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL
    done = doctest.testfile(f"{PAGE}", module_relative=False, optionflags=flags)
    assert done.attempted > 10
    assert done.failed == 0


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(path: Path, tmp_path: Path) -> None:
    """And draws: as HTML, a figure is the page's."""
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": f"{ROOT}"}}).execute()
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [output for output in outputs if output.output_type in ("error", "stream")]
    figures = [output.data[_FIGURE] for output in outputs if _FIGURE in output.get("data", {})]
    assert len(figures) == 2
    for number, figure in enumerate(figures):
        shown = {"data": figure["data"], "layout": figure["layout"]}
        html = plotly.io.to_html(shown, include_plotlyjs=False)
        (tmp_path / f"{number}.html").write_text(html, encoding="utf-8")
        assert figure["layout"]["template"]["layout"]["colorway"]
