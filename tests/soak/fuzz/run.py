"""Fuzz one target, led by coverage: `python tests/soak/fuzz/run.py reader --seconds 3600`.

Needs atheris (`pip install --group fuzz`). The corpus grows in a folder outside the repository,
where the next run goes on. Exits 1 when an input broke a law; it is kept, and shown.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from hashlib import blake2b
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from soak.fuzz import harness

SLOWNESS = 12.0
"""How much slower the instruments make it, and whoever else uses the processor."""
INSTRUMENTED = ["stui_workspace", "ruamel"]


def main() -> int:
    """1 when an input broke a law."""
    options = _options()
    if options.child:
        return _fuzz(options.target, options.corpus)
    corpus, found = options.corpus / "inputs", options.corpus / "findings"
    corpus.mkdir(parents=True, exist_ok=True)
    start = time.time()
    arguments = [
        f"-max_total_time={options.seconds}",
        f"-max_len={options.longest}",
        "-timeout=300",
    ]
    arguments += [
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
        "-use_value_profile=0",
        f"-seed={options.seed}",
    ]
    arguments += [f"-artifact_prefix={options.corpus}/", str(corpus)]
    command = [sys.executable, __file__, options.target, "--child", "--corpus", str(options.corpus)]
    log = options.corpus / "log"
    with log.open("wb") as out:
        ended = subprocess.run([*command, *arguments], stdout=out, stderr=out, check=False)
    said = log.read_text(encoding="utf-8", errors="replace")
    new = [one for one in sorted(found.glob("*.txt")) if one.stat().st_mtime >= start - 1]
    print(_summary(options.target, said, len(list(corpus.iterdir())), len(new)))
    for one in new:
        print(f"\n{one.with_suffix('.input')}\n{one.read_text(encoding='utf-8')}")
    if ended.returncode and not new:
        print(f"the fuzzer ended with {ended.returncode}:\n{said[-4000:]}")
    return 1 if new or ended.returncode else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=harness.names())
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--longest", type=int, default=4096, help="bytes of the longest input")
    parser.add_argument("--seed", type=int, default=0, help="0 for another one each time")
    parser.add_argument("--corpus", type=Path, help="where inputs and findings are kept")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options, rest = parser.parse_known_args()
    if rest and not options.child:
        parser.error(f"what is {rest[0]}?")
    if options.corpus is None:
        options.corpus = Path(tempfile.gettempdir()) / f"stui-fuzz-{os.getuid()}" / options.target
    return options


def _fuzz(name: str, folder: Path) -> int:
    """Hand the program over to the fuzzer; it never comes back."""
    import atheris

    with atheris.instrument_imports(include=INSTRUMENTED):
        target = harness.load(name)
    findings = harness.Findings(folder / "findings")
    for seed in target.seeds():
        (folder / "inputs" / blake2b(seed, digest_size=10).hexdigest()).write_bytes(seed)

    def once(data: bytes) -> None:
        finding = harness.finding_in(target.target, data, SLOWNESS)
        if finding is not None and findings.add(finding):
            print(f"FINDING {finding.place}", file=sys.stderr, flush=True)

    own = [
        one
        for one in sys.argv[1:]
        if one.startswith("-max") or (one.startswith("-") and "=" in one)
    ]
    atheris.Setup([sys.argv[0], *own, str(folder / "inputs")], once)
    atheris.Fuzz()
    return 0


def _summary(target: str, said: str, inputs: int, findings: int) -> str:
    executions = re.findall(r"stat::number_of_executed_units:\s*(\d+)", said) or ["0"]
    covered = re.findall(r"cov: (\d+) ft: (\d+)", said) or [("0", "0")]
    return (
        f"{target}: {int(executions[-1]):,} executions, coverage {int(covered[-1][0]):,} edges and"
        f" {int(covered[-1][1]):,} features, {inputs:,} inputs kept, {findings} findings"
    )


if __name__ == "__main__":
    sys.exit(main())
