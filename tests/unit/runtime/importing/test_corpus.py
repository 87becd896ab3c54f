"""Files of other programs as people write them: what they become, and what is said of the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stui_workspace.document import parse
from stui_workspace.runtime.importing import Imported, imported
from stui_workspace.runtime.importing.tmux_layouts import arranged
from stui_workspace.runtime.loading import check_content
from stui_workspace.schema import FileKind

CORPUS = Path(__file__).parents[3] / "corpus" / "importing"
FILES = sorted(path.name for path in CORPUS.iterdir())


def of(name: str) -> Imported:
    return imported((CORPUS / name).read_bytes(), name, "schema")


def plain(found: Imported) -> Any:
    return parse(found.text).plain()


def notes(found: Imported) -> list[str]:
    return [f"{note.line}: {note.text}" for note in found.notes]


@pytest.mark.parametrize("name", FILES)
def test_each_becomes_a_good_file(name: str) -> None:
    text = of(name).text
    found = check_content(text.encode(), Path("w"), FileKind.WORKSPACE, strict=True)
    assert found.problems.diagnostics == ()
    assert text.startswith("# yaml-language-server: $schema=schema\n")


@pytest.mark.parametrize("name", FILES)
def test_nothing_that_ran_by_itself_runs_by_itself(name: str) -> None:
    for connection in plain(of(name))["connections"].values():
        assert "setup" not in connection
        assert connection.get("connect") != "auto"


def test_tmuxp_windows_become_layouts_and_panes_pads() -> None:
    found = of("orders.tmuxp.yaml")
    said = plain(found)
    assert (found.kind, said["name"]) == ("tmuxp", "orders")
    assert said["layout"]["default"] == "editor"
    assert said["buffers"]["editor-1"]["source"] == "source .venv/bin/activate\ncd src\nvim .\n"
    assert said["buffers"]["logs-metrics-1"]["title"] == "logs & metrics 1"
    assert said["snippets"]["before-script"]["source"] == "./bootstrap.sh --quick\n"
    assert said["connections"]["shell"]["env"] == {"ORDERS_ENV": "dev", "PAGER": "less"}
    assert "8: `options`" in notes(found)
    assert "33: the folder `~/logs`: a path of one machine" in notes(found)


def test_tmuxp_in_json_and_a_pane_that_is_only_something_to_type_into() -> None:
    said = plain(of("service.tmuxp.json"))
    assert said["connections"]["python3"] == {
        "kind": "pty",
        "command": ["python3"],
        "connect": "manual",
    }
    assert said["buffers"]["window-2"]["connection"] == "python3"


def test_tmuxinator_with_erb_that_is_named_and_never_run() -> None:
    found = of("shop.tmuxinator.yml")
    said = plain(found)
    assert (said["name"], said["layout"]["default"]) == ("shop", "console")
    erb = [note.line for note in found.notes if note.text.startswith("ERB")]
    assert erb == [3, 5, 7, 23]
    assert "ENV" not in found.text
    assert "<%" not in found.text
    assert said["layout"]["editor"]["column"][0]["column"][0] == {"buffer": "editor-1", "size": 2}
    assert said["buffers"]["stats-1"]["source"] == "cd app/models\nrbenv shell 3.3.0\nirb\n"
    assert "11: `tmux_options`" in notes(found)


def test_a_code_workspace_with_comments_and_trailing_commas() -> None:
    found = of("shop.code-workspace")
    said = plain(found)
    assert said["preferences"] == {"tab_width": 2, "wrap": False, "line_numbers": True}
    assert said["connections"]["py"]["python"] == ".venv/bin/python"
    assert said["snippets"]["test"]["source"] == "pytest -q 'tests dir'\n"
    assert [note.line for note in found.notes] == [5, 12, 13, 19, 20, 22, 25, 26]


def test_a_notebook_is_its_cells_and_its_kernel() -> None:
    found = of("analysis.ipynb")
    said = plain(found)
    assert said["connections"] == {"nb": {"kind": "jupyter", "kernel": "python3"}}
    assert said["buffers"]["cells"]["source"].count("# %%\n") == 2
    assert said["buffers"]["text"]["kind"] == "markdown"
    assert "None: the outputs of 1 cell" in notes(found)
    assert "46: a cell of kind `raw`" in notes(found)


def test_a_jupyterlab_workspace_is_its_open_files() -> None:
    found = of("lab.jupyterlab-workspace.json")
    said = plain(found)
    assert said["buffers"]["src-orders.py"]["file"] == "src/orders.py"
    assert said["layout"]["work"]["column"][0]["tabs"] == ["src-orders.py", "README.md"]
    assert any("terminal:1" in note for note in notes(found))


def test_a_secret_is_left_out_and_its_line_is_told() -> None:
    key = "ghp_" + "a1B2" * 9
    text = f"session_name: a\nenvironment:\n  API_TOKEN: {key}\n  A: b\nwindows:\n- panes: [ls]\n"
    found = imported(text.encode(), "a.yaml", "s")
    assert key not in found.text
    assert plain(found)["connections"]["shell"]["env"] == {"A": "b"}
    assert any("a secret stands in it" in note.text for note in found.notes)
    assert key not in "".join(note.text for note in found.notes)


def test_a_layout_of_tmux_in_its_own_notation_keeps_its_ratios() -> None:
    text = "bb62,120x48,0,0{80x48,0,0,0,39x48,81,0[39x24,81,0,1,39x12,81,25,2]}"
    assert arranged(text, ["a", "b", "c"]) == {
        "row": [
            {"buffer": "a", "size": 80},
            {"column": [{"buffer": "b", "size": 2}, {"buffer": "c", "size": 1}], "size": 39},
        ]
    }
    assert arranged(text, ["a", "b"]) == {"row": [{"buffer": "a"}, {"buffer": "b"}]}


@pytest.mark.parametrize(
    ("name", "form"), [("even-vertical", "column"), ("main-vertical", "row"), ("tiled", "column")]
)
def test_a_layout_by_name(name: str, form: str) -> None:
    assert [*arranged(name, ["a", "b", "c"])] == [form]
