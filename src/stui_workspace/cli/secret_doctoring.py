"""`stui secret doctor`: what is wrong around the secrets of this user, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from shutil import which
from typing import Final, TypeAlias

import click

from stui_workspace.cli.git_words import record_of_problem, tell_problems_of_git
from stui_workspace.cli.options import json_option
from stui_workspace.cli.progress import Progress
from stui_workspace.cli.secret_names import command_for, secrets_now
from stui_workspace.cli.secret_project import mentions_here
from stui_workspace.cli.secret_words import follows_vault, place_words
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, put_json, tell
from stui_workspace.errors import SecretError, StorageError
from stui_workspace.gitdriver.looking import Problem
from stui_workspace.model.printable import printable_line
from stui_workspace.model.references import Kept, Reference
from stui_workspace.schema.origins import parse_origin
from stui_workspace.secrets.bindings import Binding, Command, KeyringItem, Variable, VaultName
from stui_workspace.secrets.resolving import OS_STORE, VAULT, Secrets
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import Got, Locked, Missing, Store, TimedOut, Unavailable

Check: TypeAlias = Callable[[Secrets], Iterator[Problem]]

_PREFIX: Final = "STUI_SECRET_"
_SUFFIX: Final = "_FOR"
_PREFERENCES: Final = {
    "auto": "the keyring, or the vault where there is none",
    "keyring": "the keyring, as your configuration says",
    "vault": "the vault, as your configuration says",
}


@click.command("doctor")
@json_option
def doctor(*, as_json: bool) -> Status:
    """Find what is wrong around your secrets, and say what to do.

    Looks at the keyring and the vault, at credentials.yaml, at variables that go before what is
    stored, and whether all that is on the list is there. Changes nothing and shows no value; no
    command that a secret is bound to is run. Exits 1 if anything was found.

    Examples:
      stui secret doctor
      stui secret doctor --json | jq -r '.problems[].fix'
    """
    secrets = secrets_now()
    with Progress("asking the keyring and the vault"):
        stores = list(_stores(secrets))
        found = [problem for check in CHECKS for problem in check(secrets)]
    if as_json:
        put_json(
            {
                "stores": [{"place": place, "state": state} for place, state in stores],
                "problems": [record_of_problem(problem) for problem in found],
            }
        )
    else:
        for place, state in stores:
            put(f"{place}: {printable_line(state)}")
        tell_problems_of_git(found)
        if not found:
            tell("nothing is wrong here")
    return Status.FINDINGS if found else Status.DONE


def _stores(secrets: Secrets) -> Iterator[tuple[str, str]]:
    """Each store and how it is; and which one keeps what is named `keyring:`."""
    for words, store in ((OS_STORE, secrets.places.keyring()), (VAULT, secrets.places.vault())):
        yield words, store.reason if isinstance(store, Unavailable) else store.label
    yield "`keyring:` names lead to", _PREFERENCES[secrets.places.prefers]


def hostile_variables_set(secrets: Secrets) -> Iterator[Problem]:
    """Variables that would have other libraries load code, or keep secrets elsewhere."""
    from stui_workspace.secrets.keyring import hostile_variables

    for name in hostile_variables(secrets.environ):
        yield Problem(
            "hostile-variable",
            f"{printable_line(name, 100)} is set, which chooses code for keyrings; stui ignores it",
            f"find out who sets it, and unset it: `unset {printable_line(name, 100)}`",
        )


def no_store(secrets: Secrets) -> Iterator[Problem]:
    """Whether a secret can be stored at all, where the user wants it."""
    try:
        secrets.store_for(Reference(Kept.KEYRING, "any"))
    except SecretError as error:
        fix = error.next_step or "`stui vault init` makes a vault"
        yield Problem("no-store", f"no secret can be stored: {error.reason}", fix)


def credentials_do_not_count(secrets: Secrets) -> Iterator[Problem]:
    """Whether `credentials.yaml` can be trusted and understood."""
    bindings = secrets.bindings()
    if bindings.problem is not None:
        yield Problem(
            "credentials-do-not-count",
            f"nothing in it counts: {bindings.problem}",
            bindings.next_step or f"look at {bindings.path}",
        )


def listed_and_gone(secrets: Secrets) -> Iterator[Problem]:
    """What is on the list and not in its store, as far as the store can be asked."""
    try:
        entries = secrets.index.entries()
    except StorageError as error:
        yield Problem("list-unreadable", str(error), error.next_step or "check the disk")
        return
    silent: set[Kept] = set()
    for entry in entries:
        if entry.kept in silent:
            continue
        store = _store_of(secrets, entry.kept)
        got = store if isinstance(store, Unavailable) else store.get(entry.name)
        match got:
            case Missing():
                yield Problem(
                    "listed-and-gone",
                    f"`{entry.reference}` is on the list, and its store does not have it",
                    f"{command_for('set', str(entry.reference))} stores it anew, "
                    f"{command_for('rm', str(entry.reference))} takes it off the list",
                )
            case Unavailable(reason, next_step):
                silent.add(entry.kept)
                fix = next_step or command_for("which", str(entry.reference))
                yield Problem("store-unavailable", f"the {entry.kept}: {reason}", fix)
            case Locked(reason):
                silent.add(entry.kept)
                yield Problem(
                    "store-locked",
                    f"the {entry.kept}: {reason}, so that nobody knows what is in it",
                    "`stui vault unlock`" if entry.kept is Kept.VAULT else "unlock your keyring",
                )
            case TimedOut(seconds):
                silent.add(entry.kept)
                yield Problem(
                    "store-silent",
                    f"the {entry.kept} did not answer within {seconds:g} s",
                    "restart the keyring of your desktop",
                )


def audiences(secrets: Secrets) -> Iterator[Problem]:
    """Secrets that nobody gets: for nobody, or only for whom others can listen to."""
    try:
        listed = {str(one.reference): one.audience for one in secrets.index.entries()}
    except StorageError:
        return
    bound = secrets.bindings().all.values()
    listed |= {one.name: one.audience for one in bound if not follows_vault(one)}
    for name, audience in listed.items():
        if not audience:
            yield Problem(
                "for-nobody", f"`{name}` is for nobody", f"{command_for('allow', name)} ORIGIN"
            )
        for text in audience:
            if not parse_origin(text).is_private:
                yield Problem(
                    "not-private",
                    f"`{name}` is for {text}, where others could read it: it is not sent there",
                    "use `tls:` or `https:`, pin a `server_key`, or reach it through a tunnel",
                )


def bound_to_nothing(secrets: Secrets) -> Iterator[Problem]:
    """Bindings that lead nowhere. A command is looked for, and not run."""
    for binding in secrets.bindings().all.values():
        reason = _why_nothing(secrets, binding)
        if reason is not None:
            words = printable_line(place_words(binding))
            yield Problem(
                "bound-to-nothing",
                f"`{binding.name}` is bound to {words}: {reason}",
                f"{command_for('bind', binding.name)} says where it is, "
                f"{command_for('unbind', binding.name)} takes the binding away",
            )


def variables(secrets: Secrets) -> Iterator[Problem]:
    """Variables that hold secrets, and what they go before."""
    known = _known(secrets)
    for name in sorted(one for one in secrets.environ if one.startswith(_PREFIX)):
        shown = printable_line(name, 100)
        owner = name.removesuffix(_SUFFIX)
        if name.endswith(_SUFFIX) and owner in secrets.environ:
            continue
        meant = known.get(name, ())
        if not meant:
            yield Problem(
                "variable-unknown",
                f"{shown} is set, and no secret that is known here is called so",
                f"`unset {shown}`, if it is not for another project",
            )
        elif f"{name}{_SUFFIX}" not in secrets.environ:
            yield Problem(
                "variable-for-anybody",
                f"{shown} goes before {_listed(meant)}, and is for whoever is approved",
                f"set {shown}{_SUFFIX} to whom it is for, or `unset {shown}`",
            )
        else:
            yield Problem(
                "variable-set", f"{shown} goes before {_listed(meant)}", f"`unset {shown}`"
            )
    for name, meant in known.items():
        if len(meant) > 1:
            yield Problem(
                "one-variable-for-two",
                f"{_listed(meant)} share the variable {name}",
                f"{command_for('rename', meant[0])} NAME gives one of them another name",
            )


def _known(secrets: Secrets) -> dict[str, tuple[str, ...]]:
    """The names that are listed, bound, or named in the project here, by their variable."""
    try:
        names = [one.name for one in secrets.index.entries()]
    except StorageError:
        names = []
    names += secrets.bindings().all
    names += [one.reference.name for one in mentions_here()]
    found: dict[str, tuple[str, ...]] = {}
    for name in dict.fromkeys(names):
        variable = Reference(Kept.KEYRING, name).variable
        found[variable] = (*found.get(variable, ()), name)
    return found


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(f"`{name}`" for name in names)


def _why_nothing(secrets: Secrets, binding: Binding) -> str | None:
    got: Secret | Got
    match binding.place:
        case Variable(name):
            return None if secrets.environ.get(name) else "it is not set"
        case VaultName(name):
            vault = secrets.places.vault()
            got = vault if isinstance(vault, Unavailable) else vault.get(name)
        case KeyringItem() as item:
            got = secrets.places.read_item(item)
        case Command(argv):
            program = which(argv[0], path=secrets.environ.get("PATH", ""))
            return None if program else "there is no such program"
    match got:
        case Missing():
            return "it is not there"
        case Unavailable(reason):
            return reason
        case _:
            return None


def _store_of(secrets: Secrets, kept: Kept) -> Store | Unavailable:
    return secrets.places.vault() if kept is Kept.VAULT else secrets.places.keyring()


CHECKS: Final[tuple[Check, ...]] = (
    hostile_variables_set,
    no_store,
    credentials_do_not_count,
    listed_and_gone,
    audiences,
    bound_to_nothing,
    variables,
)
