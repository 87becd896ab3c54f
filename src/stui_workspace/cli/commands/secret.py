"""`stui secret`: keep secrets outside of workspace files, and say who may get them."""

from __future__ import annotations

import click

from stui_workspace.cli.secret_audience import allow, disallow
from stui_workspace.cli.secret_binding import bind, unbind
from stui_workspace.cli.secret_bundles import export, import_secrets
from stui_workspace.cli.secret_doctoring import doctor
from stui_workspace.cli.secret_giving import rotate, set_secret
from stui_workspace.cli.secret_migrating import migrate
from stui_workspace.cli.secret_moving import remove, rename
from stui_workspace.cli.secret_showing import list_secrets, show, test, which


@click.group(name="secret")
def command() -> None:
    """Keep secrets outside of workspace files, and say who may get them.

    A workspace file names a secret: `credential: keyring:orders/image`. Its value is in the keyring
    of your system, or in the vault of stui where there is none. It is sent only to an address that
    it is for (`stui secret allow`), by a connection that you approved (`stui trust`).

    No value is ever given as an argument, and none is printed unless you say --reveal. Exits 5
    where a secret cannot be had.

    Examples:
      stui secret set orders/image --for tls://image.example.org:5555
      stui secret ls
      stui secret test orders/image
    """


for _command in (
    set_secret,
    list_secrets,
    show,
    which,
    test,
    allow,
    disallow,
    bind,
    unbind,
    rotate,
    rename,
    remove,
    migrate,
    export,
    import_secrets,
    doctor,
):
    command.add_command(_command)
