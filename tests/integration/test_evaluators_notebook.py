"""Catches: a notebook for evaluators that does not run on a published file, or draws nothing, or holds outputs."""

from pathlib import Path

import nbformat
from conftest import City
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "docs" / "evaluators.ipynb"
SVG = "image/svg+xml"
MARKS = ("mark-symbol", "mark-symbol", "mark-rect")  # of the rates, the curve and the payments


def test_the_notebook_is_kept_without_outputs() -> None:
    cells = [cell for cell in nbformat.read(NOTEBOOK, as_version=4).cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)


def test_the_notebook_runs_from_connect_to_chart(published_city: City, tmp_path: Path) -> None:
    published = tmp_path / "data" / "published" / "homes4all.duckdb"
    published.parent.mkdir(parents=True)
    published.symlink_to(published_city.settings.published_file)
    (tmp_path / "docs").mkdir()
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    resources = {"metadata": {"path": str(tmp_path / "docs")}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    charts = [output["data"][SVG] for output in outputs if SVG in output.get("data", {})]
    assert len(charts) == len(MARKS)
    for chart, mark in zip(charts, MARKS, strict=True):
        drawn = chart[chart.index(f"{mark} role-mark") :].split("</g>")[0]
        assert drawn.count("<path") > 2
