"""The settings: a list with where each value is from, and changing one where a person says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from stui_workspace.model.values import Plain
from stui_workspace.runtime.settings.changing import value_of
from stui_workspace.runtime.settings.values import Edited, Kind, Setting, Where
from stui_workspace.tui.keys import FOOTER_SETTINGS, SETTINGS, Action
from stui_workspace.tui.screens.chooser import Choice, Chooser
from stui_workspace.tui.scrollback import Row
from stui_workspace.tui.settings.asking import ValuePrompt
from stui_workspace.tui.settings.words import (
    PLACES,
    allowed_words,
    edited_words,
    setting_row,
    setting_rows,
    value_words,
)
from stui_workspace.tui.themes import Paint
from stui_workspace.tui.twofold import Entry
from stui_workspace.tui.twofold.following import FilesFollowed

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench

_BY_KEY: Final = {
    "in-session": Where.SESSION,
    "in-overlay": Where.OVERLAY,
    "in-config": Where.CONFIG,
    "in-file": Where.WORKSPACE,
}


class SettingsScreen(FilesFollowed[None]):
    DEFAULT_CSS = """
    SettingsScreen #list { width: 48; }
    SettingsScreen.-wide #list { width: 66; }
    """
    ACTIONS: ClassVar[tuple[Action, ...]] = SETTINGS
    FOOTER: ClassVar[tuple[str, ...]] = FOOTER_SETTINGS
    LIST_TITLE = "Settings"
    EMPTY = "No setting of that name."

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench.session)
        self._bench = bench
        self._settings: dict[str, Setting] = {}
        self._last: list[Edited] = []
        self.doers = {
            **self.doers,
            "choose": self._ask_where,
            **{name: partial(self._ask_value, where) for name, where in _BY_KEY.items()},
            "take-back": self._take_back,
            "undo": self._undo,
        }

    def look_anew(self) -> None:
        self.trying(self._read)
        self.call_after_refresh(self.follow)

    def _read(self) -> None:
        self._settings = {one.key: one for one in self._session.settings()}

    # What is in view.

    def entries(self, paint: Paint, width: int) -> Iterable[Entry]:
        for key, one in self._settings.items():
            text = f"{key} {value_words(one.value)} {one.origin}"
            yield Entry(key, setting_row(one, paint, width), text)

    def details(self, key: str) -> tuple[str, Sequence[Row]]:
        return key, list(setting_rows(self._settings[key], self._session.project.root))

    def note(self) -> str:
        changed = sum(one.origin != "default" for one in self._settings.values())
        return f"{changed} of {len(self._settings)} are not the default"

    def offers(self, name: str) -> bool:
        setting = self._settings.get(self.marked or "") if self.is_mounted else None
        if name in _BY_KEY:
            return setting is not None and _BY_KEY[name] in setting.places
        if name == "take-back":
            return setting is not None and _strongest(setting) is not None
        return name != "undo" or bool(self._last)

    # What a person asks for.

    def _ask_where(self) -> None:
        setting = self._marked_setting()
        if setting is None:
            return
        choices = [
            Choice(str(where), PLACES[where], hint=value_words(said.value, 20) if said else "")
            for where in setting.places
            for said in (setting.by(where),)
        ]

        def chosen(where: str | None) -> None:
            if where is not None:
                self.trying(self._ask_value, Where(where))

        self.app.push_screen(Chooser(f"Where to change {setting.key}", choices), chosen)

    def _ask_value(self, where: Where) -> None:
        setting = self._marked_setting()
        if setting is None:
            return
        if where not in setting.places:
            self.say(_cannot(setting, where), warning=True)
            return

        def given(text: str | None) -> None:
            if text is not None:
                self.trying(self._change, setting, where, text)

        self.app.push_screen(self._question(setting, where), given)

    def _question(self, setting: Setting, where: Where) -> Chooser | ValuePrompt:
        title = f"{setting.key}: {PLACES[where]}"
        if setting.kind in (Kind.FLAG, Kind.CHOICE):
            now = value_words(setting.value)
            choices = [
                Choice(one, one, hint="now" if one == now else "") for one in setting.choices
            ]
            return Chooser(title, choices)
        if setting.key == "preferences.theme":
            return Chooser(title, [Choice(one, one) for one in sorted(self.app.available_themes)])
        value = "" if setting.is_hidden else value_words(setting.value)
        return ValuePrompt(title, value, allowed_words(setting), partial(value_of, setting))

    def _change(self, setting: Setting, where: Where, text: str) -> None:
        self._put(setting, value_of(setting, text), where)

    def _put(self, setting: Setting, value: Plain, where: Where) -> None:
        edited = self._session.change_setting(setting.path, value, where)
        self._last.append(edited)
        self._tell(edited, "u takes it back")
        self._take_effect()

    def _take_back(self) -> None:
        setting = self._marked_setting()
        if setting is None:
            return
        where = _strongest(setting)
        if where is None:
            self.say(f"{setting.key} is as it is without anybody's word; nothing to take back")
            return
        self._put(setting, None, where)

    def _undo(self) -> None:
        if not self._last:
            self.say("nothing was changed here yet")
            return
        last = self._last[-1]
        edited = self._session.change_setting(last.path, last.before, last.where)
        self._last.pop()
        self._tell(edited, None)
        self._take_effect()

    def _tell(self, edited: Edited, step: str | None) -> None:
        words = edited_words(edited, self._session.project.root)
        self.say(words + (f"\n→ {step}" if step else ""))

    def _take_effect(self) -> None:
        """Show it at once where the session has it; the files are followed by the session."""
        self._read()
        self._bench.following.take_theme()
        self._bench.following.prefer()
        self.follow()

    def _marked_setting(self) -> Setting | None:
        return self._settings.get(self.marked or "")


def _strongest(setting: Setting) -> Where | None:
    """The strongest place that says something and can be written; None for none."""
    return next((one.where for one in setting.said if one.where in setting.places), None)


def _cannot(setting: Setting, where: Where) -> str:
    if where is Where.SESSION:
        return f"{setting.key} holds for more than a session\n→ o changes it for you, here"
    if where is Where.WORKSPACE and Where.OVERLAY in setting.places:
        return "there is no workspace file that could say it\n→ `stui init` starts one"
    return f"{setting.key} can only be said in your own configuration\n→ c changes it there"
