"""Time to judge a thousand connections: working out what each asks for, and the one question.

    python tests/bench/bench_trust.py

Beside it: the SHA-256 of the very bytes that each judgement hashes.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from measure import best_ms, record
from stui_workspace.model.references import Kept, Reference
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.schema.origins import origin_of
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.trust import Allow, GrantStore, Use, authorize, claim_of
from stui_workspace.trust.projection import canonical

COUNT = 1_000
ROUNDS = 10


def main() -> None:
    """Print two records."""
    with TemporaryDirectory() as name:
        root = Path(name).resolve()
        specs = [
            ConnectionSpec(
                f"image-{number}",
                "stui",
                url=f"tcp://localhost:{5000 + number}",
                credential=f"keyring:orders/{number}",
            )
            for number in range(COUNT)
        ]
        file = root / ".stui-workspace.yaml"
        claims = [claim_of(file, root, spec, {}, search_path="") for spec in specs]
        store = GrantStore(WorkspaceFolder(root / "state"))
        for claim in claims:
            store.grant(claim, 1.0)
        grants = store.load()
        uses = [
            Use(
                Reference(Kept.KEYRING, f"orders/{number}"),
                origin := origin_of("stui", spec.url, root),
                (str(origin),),
            )
            for number, spec in enumerate(specs)
        ]

        def judge() -> None:
            for claim, use in zip(claims, uses, strict=True):
                if not isinstance(authorize(claim, grants, use), Allow):
                    raise SystemExit("a connection that was approved is not allowed")

        plain = [canonical(claim.projection) for claim in claims]
        beside = best_ms(lambda: [sha256(one).hexdigest() for one in plain], ROUNDS)
        judged = best_ms(judge, ROUNDS)
        record(
            "authorize 1,000 connections",
            best_ms=judged,
            sha256_of_the_same_ms=beside,
            ratio=judged / beside,
            budget_ms=500,
        )
        claimed = best_ms(
            lambda: [claim_of(file, root, spec, {}, search_path="") for spec in specs], ROUNDS
        )
        loaded = best_ms(store.load, ROUNDS)
        record("claims of 1,000 connections", best_ms=claimed, load_grants_ms=loaded)


if __name__ == "__main__":
    main()
