"""A setting is what the strongest place says, whichever places say anything."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.document import parse, to_yaml
from stui_workspace.model.values import Plain
from stui_workspace.runtime.settings.reading import Source, Sources, settings_of
from stui_workspace.runtime.settings.values import Where
from stui_workspace.schema import resolve

VALUES: dict[str, st.SearchStrategy[Plain]] = {
    "theme": st.sampled_from(["nord", "stui-light", "1", None]),
    "wrap": st.sampled_from([True, False, None]),
    "tab_width": st.sampled_from([1, 2, 16, None]),
}
layers = st.fixed_dictionaries({}, optional=VALUES)
DEFAULTS: dict[str, Plain] = {"theme": "stui-dark", "wrap": True, "tab_width": 4}


@given(layers, layers, layers, layers)
def test_the_strongest_that_says_something_wins(
    session: dict[str, Plain],
    overlay: dict[str, Plain],
    file: dict[str, Plain],
    config: dict[str, Plain],
) -> None:
    said = {Where.OVERLAY: overlay, Where.WORKSPACE: file, Where.CONFIG: config}
    texts = {where: to_yaml({"preferences": one}) for where, one in said.items()}
    files = {where: Source(Path(where), parse(text)) for where, text in texts.items()}
    plains = [
        {"preferences": said[where]} for where in (Where.WORKSPACE, Where.OVERLAY, Where.CONFIG)
    ]
    chosen: dict[str, Plain] = {key: one for key, one in session.items() if one is not None}
    settings = settings_of(Sources(files, resolved=resolve(*plains)), chosen)
    for one in settings:
        name = str(one.path[-1])
        if one.path[0] != "preferences" or name not in DEFAULTS:
            continue
        everybody: list[dict[str, Plain]] = [chosen, *said.values()]
        strongest = [each[name] for each in everybody if each.get(name) is not None]
        assert one.value == (strongest[0] if strongest else DEFAULTS[name])
        assert [each.value for each in one.said] == strongest
