"""Consent is to one form of one connection of one file on this machine, and to nothing near it."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from support.pulled import Story


def state(story: Story) -> str:
    return str(story.record()["state"])


def test_another_clone_is_another_file(story: Story) -> None:
    other = replace(story.clone, root=story.clone.root.with_name("second clone"))
    story.clone.git("clone", "--quiet", str(story.upstream.root), str(other.root))
    assert state(story) == "approved"
    assert story.record(other)["state"] == "not approved"
    ran = other.run("stui", "eval", "-e", "x", "--conn", "db", status=6)
    assert "is not approved" in ran.stderr
    assert story.good.count == 0


def test_a_copy_that_takes_the_place_of_another_folder_is_another_file(story: Story) -> None:
    other = replace(story.clone, root=story.clone.root.with_name("copy"))
    shutil.copytree(story.clone.root, other.root)
    assert story.record(other)["state"] == "not approved"


def test_the_same_file_by_another_name_is_the_same_file(story: Story) -> None:
    link = story.clone.root.with_name("link")
    link.symlink_to(story.clone.root, target_is_directory=True)
    other = replace(story.clone, root=link)
    assert story.record(other)["state"] == "approved"
    other.run("stui", "eval", "-e", "x", "--conn", "db")
    assert story.good.heard == ["x"]


def test_a_link_that_comes_to_lead_elsewhere_takes_no_consent_along(story: Story) -> None:
    link = story.clone.root.with_name("link")
    link.symlink_to(story.clone.root, target_is_directory=True)
    second = story.clone.root.with_name("second")
    shutil.copytree(story.clone.root, second)
    link.unlink()
    link.symlink_to(second, target_is_directory=True)
    assert story.record(replace(story.clone, root=link))["state"] == "not approved"


def test_a_new_name_is_another_connection(story: Story) -> None:
    story.push(story.text(story.good.url).replace("db:", "base:").replace(": db", ": base"))
    found = {one["connection"]: one["state"] for one in records(story)}
    assert found == {"base": "not approved", "db": "approved, and not in the file now"}
    story.clone.run("stui", "eval", "-e", "x", "--conn", "base", status=6)
    assert story.good.count == 0


def records(story: Story) -> list[dict[str, str]]:
    import json

    found: list[dict[str, str]] = json.loads(story.clone.stui("trust", "show", "--json").stdout)
    return found


@pytest.mark.parametrize("said", ["tls: {verify: false}", "proxy: 'tcp://evil:1'", "foo: 1"])
@pytest.mark.parametrize("where", ["file", "overlay"])
def test_a_key_that_nobody_knows_is_another_form(story: Story, said: str, where: str) -> None:
    if where == "file":
        story.push(story.text(story.good.url, f", {said}"))
    else:
        overlay = story.clone.root / ".stui-workspace.local.yaml"
        overlay.write_text(f"connections:\n  db: {{{said}}}\n", encoding="utf-8")
    assert state(story) == "changed since it was approved"
    ran = story.clone.run("stui", "eval", "-e", "x", "--conn", "db", status=6)
    assert f"says `{said.partition(':')[0]}`, which this stui does not know" in ran.stderr
    assert story.good.count == 0
    story.grant()
    story.clone.run("stui", "eval", "-e", "x", "--conn", "db")
    assert story.good.heard == ["x"]


def test_a_key_of_ones_own_is_no_other_form(story: Story) -> None:
    story.push(story.text(story.good.url, ", x-team: orders, health: {x-note: a}"))
    assert state(story) == "approved"


def test_a_host_of_ours_with_a_credential_of_theirs_is_a_conflict(story: Story) -> None:
    kept = ", credential: 'keyring:one'"
    story.push(story.text(story.good.url, kept))
    story.grant()
    story.clone.stui("git", "install")
    story.upstream.commit(story.text(story.good.url, kept.replace("one", "two")))
    story.clone.commit(story.text(story.evil.url, kept))
    story.clone.git("pull", "--quiet", "--no-rebase", status=1)
    assert story.clone.unmerged
    ran = story.clone.run("stui", "eval", "-e", "x", "--conn", "db", status=None)
    assert ran.returncode != 0
    assert (story.good.count, story.evil.count) == (0, 0)


def test_what_a_merge_made_of_it_is_reviewed_like_any_change(story: Story) -> None:
    lines = story.text("tcp://${host}", "").replace("name: orders", "name: orders\nvars: {host: H}")
    good, evil = (one.url.removeprefix("tcp://") for one in (story.good, story.evil))
    story.push(lines.replace("H}", f"{good}}}"))
    story.grant()
    assert state(story) == "approved"
    story.clone.stui("git", "install")
    story.upstream.commit(lines.replace("H}", f"{evil}}}"))
    story.clone.edit("source: hello", "source: goodbye")
    story.clone.git("pull", "--quiet", "--no-rebase")
    assert "goodbye" in story.clone.text
    assert state(story) == "changed since it was approved"
    story.clone.run("stui", "eval", "-e", "x", "--conn", "db", status=6)
    ran = story.clone.run("stui", "trust", "diff", status=1)
    assert f"url changed: {story.good.url} -> {story.evil.url}" in ran.stdout
    assert (story.good.count, story.evil.count) == (0, 0)
