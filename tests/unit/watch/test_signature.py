"""Where to watch, and what a glance tells."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from stui_workspace.watch.signature import identity_of, places_of, signature_of

OLD, NEW = b"name: old\n", b"name: new\n"  # of one length


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A real folder `project` with a file `a`, beside a folder `outside` with a file `b`."""
    base = Path(os.path.realpath(tmp_path))
    for folder, name in (("project", "a"), ("outside", "b")):
        (base / folder).mkdir()
        (base / folder / name).write_bytes(OLD)
    return base / "project"


def overwrite(path: Path) -> None:
    path.write_bytes(NEW)


def overwrite_in_the_past(path: Path) -> None:
    before = path.stat()
    path.write_bytes(NEW)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def recreate(path: Path) -> None:
    path.unlink()
    path.write_bytes(NEW)


def replace(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(NEW)
    other.replace(path)


def overwrite_by_another_name(path: Path) -> None:
    other = path.with_name("other")
    os.link(path, other)
    other.write_bytes(NEW)


def make_unreadable(path: Path) -> None:
    path.chmod(0)


@pytest.mark.parametrize(
    "change",
    [
        overwrite,
        overwrite_in_the_past,
        recreate,
        replace,
        overwrite_by_another_name,
        make_unreadable,
        Path.unlink,
    ],
)
def test_a_glance_tells_that_something_changed(
    project: Path, change: Callable[[Path], None]
) -> None:
    file = project / "a"
    os.utime(file, (1, 1))  # so that no two changes fall into one tick of the file system's clock
    before = signature_of(file)
    change(file)
    assert signature_of(file) != before


def test_a_glance_tells_nothing_of_reading(project: Path) -> None:
    before = signature_of(project / "a")
    assert (project / "a").read_bytes() == OLD
    assert signature_of(project / "a") == before


@pytest.mark.parametrize("name", ["missing", "n" * 300, "a\0b", "\ud800", "a/b"])
def test_a_glance_at_nothing(project: Path, name: str) -> None:
    before = signature_of(project / name)
    assert signature_of(project / name) == before != signature_of(project / "a")


def test_a_file_is_watched_in_its_real_folder(project: Path) -> None:
    (project / "link").symlink_to(".")
    places = places_of([project / "link" / "a", project / "gone" / "c"])
    assert places.ends == (project / "a", project / "gone" / "c")
    assert places.folders == {project, project / "gone"}
    assert places.names == {"a", "c"}


def test_a_link_is_watched_at_both_ends(project: Path) -> None:
    (project / "sub").mkdir()
    (project / "link").symlink_to("sub/target")
    assert places_of([project / "link"]).ends == (project / "link", project / "sub" / "target")


def test_what_can_be_no_path_is_watched_nowhere(project: Path) -> None:
    assert places_of([project / "a\0b" / "c"]).ends == ()


class TestOutOfTheProject:
    def test_no_link_is_followed(self, project: Path) -> None:
        (project / "link").symlink_to("../outside/b")
        (project / "folder").symlink_to("../outside")
        places = places_of([project / "link", project / "folder" / "b"], project)
        assert places.ends == (project / "link",)

    def test_no_dots_are_followed(self, project: Path) -> None:
        assert places_of([project / ".." / "outside" / "b"], project).ends == ()

    def test_that_holds_for_the_project_by_any_name(self, project: Path) -> None:
        other = project.parent / "other-name"
        other.symlink_to("project")
        (project / "link").symlink_to("../outside/b")
        for root in (other, project):
            for name in (other, project):
                assert places_of([name / "a", name / "link"], root).ends == (
                    project / "a",
                    project / "link",
                )

    def test_a_file_of_the_user_may_lead_anywhere(self, project: Path) -> None:
        config = project.parent / "config.yaml"
        config.symlink_to("outside/b")
        places = places_of([config], project)
        assert places.ends == (config, project.parent / "outside" / "b")


def test_a_folder_is_told_from_its_successor(project: Path) -> None:
    first = identity_of(project)
    assert first is not None
    project.rename(project.with_name("moved"))
    assert identity_of(project) is None
    project.mkdir()
    assert identity_of(project) not in (first, None)
    assert identity_of(project.with_name("moved")) == first


@pytest.mark.parametrize("name", ["a", "missing", "a\0b"])
def test_what_is_no_folder_has_no_identity(project: Path, name: str) -> None:
    assert identity_of(project / name) is None
