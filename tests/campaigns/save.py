#!/usr/bin/env python3
"""Saves under injected faults: `tests/campaigns/save.py small|all|CASES [SEED]`.

The real program saves one edit while strace makes its system calls fail: at each call of the save, one after
another, the process is killed, or the call answers "no space", "input/output error", "interrupted", or claims to have
written one byte it has not. After each case:

  * the vault opens, with the old contents or the new, and its other values are untouched;
  * a save that was acknowledged (exit 0) is there;
  * one that was not ends with a sentence of three lines and a documented exit code, without a panic;
  * the next save works and leaves no temp file behind.

Then processes save different fields at once, some of them killed; folders without write permission and full disks.
Prints `save cases=… failures=…`; a failing case leaves its folder and says how to run it again.
Needs Python 3 and strace; uses `age` where there is one. Builds the program with cargo, or takes $BIRDKEEP.
"""

import collections
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Made up, and used nowhere else.
IDENTITY = "AGE-SECRET-KEY-1HF327388WK7PLKPVPH2MDG9V40XRZD03T8KJ8AAWUX3FQMX3M4XS20LTPW"
OLD, NEW, OTHER = "1-old-made-up", "1-new-made-up", "made-up-bystander"
PATIENCE = 30  # seconds; no case may take longer
FAULTS = {
    "kill": "signal=KILL",
    "ENOSPC": "error=ENOSPC",
    "EIO": "error=EIO",
    "EINTR": "error=EINTR",
    "short": "retval=1",
}
# Calls that cannot fail in these ways, or whose failing is the end of any process.
BEYOND = re.compile(
    r"exit|mmap|munmap|mremap|mprotect|brk|madvise|rt_sig|sigalt|futex|clone|set_robust|rseq|set_tid|sched|"
    r"gettid|getpid|geteuid|restart|execve|arch_prctl|poll|getrandom|close"
)
# Exit codes of a command that could not save: not saved, damaged (it cannot even read), locked, usage.
REFUSALS = {2, 3, 4, 6}


def program():
    """The binary under test."""
    if "BIRDKEEP" in os.environ:
        return Path(os.environ["BIRDKEEP"]).resolve()
    subprocess.run(["cargo", "build", "--quiet", "--bin", "birdkeep"], cwd=ROOT, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    return Path(target) / "debug" / "birdkeep"


class Place:
    """A vault with everything around it, in a folder of its own."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.data = self.folder / "data" / "birdkeep"
        self.vault = self.data / "vault.age"
        self.identity = self.folder / "config" / "birdkeep" / "identity.age"

    def env(self):
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "NO_COLOR": "1",
        }

    def run(self, *args, value="", before=()):
        """One command; a command that hangs counts as exit code 124."""
        command = [*before, str(PROGRAM), *args]
        try:
            done = subprocess.run(
                command, input=value, env=self.env(), capture_output=True, timeout=PATIENCE, check=False,
                text=True, errors="replace",
            )
        except subprocess.TimeoutExpired:
            return 124, "", "hung"
        return done.returncode, done.stdout, done.stderr

    def must(self, *args, value=""):
        code, out, err = self.run(*args, value=value)
        if code != 0:
            raise SystemExit(f"cannot begin: {' '.join(args)} ended with {code}: {err}")
        return out

    def make(self):
        self.identity.parent.mkdir(parents=True, mode=0o700)
        self.identity.write_text(IDENTITY + "\n")
        self.identity.chmod(0o600)
        self.must("init")
        self.must("add", "wiki", value=f"access_token={OLD}\naccess_secret={OTHER}\n")
        self.must("set", "wiki", "notes", value="a first note\n")

    def copy(self, folder):
        shutil.copytree(self.folder, folder, symlinks=True)
        return Place(folder)

    def temps(self):
        return [path.name for path in self.folder.rglob("*.tmp")]


def window(place, scratch):
    """The calls of one save, in order: for each name, from which number of it on the save has begun."""
    log = scratch / "trace"
    code, _, err = place.run("set", "wiki", "access_token", value=NEW, before=("strace", "-f", "-qq", "-o", str(log)))
    if code != 0:
        raise SystemExit(f"strace cannot run the program: {err}")
    counts, calls, begun, main = collections.Counter(), [], False, None
    for line in log.read_text(errors="replace").splitlines():
        match = re.match(r"(\d+)\s+([a-z_0-9]+)\(", line)
        if not match:
            continue
        thread, name = match.groups()
        main = main or thread
        # strace counts by thread; all calls that a save depends on are made by the first one.
        if thread != main:
            continue
        counts[name] += 1
        # The first lock is that of loading, which is where everything begins that a save depends on.
        begun = begun or "vault.lock" in line
        if begun:
            calls.append((name, counts[name]))
    return calls


def cases(calls):
    """Every call with every fault that makes sense for it."""
    for name, number in calls:
        for fault in FAULTS:
            if fault != "kill" and BEYOND.search(name):
                continue
            if fault == "short" and name not in ("write", "pwrite64", "writev"):
                continue
            yield name, number, fault


def judge(place, code, err, name, fault):
    """What is wrong after a case, or None."""
    killed = code in (-signal.SIGKILL, 137)
    if code == 124:
        return "it hung"
    if "panicked" in err:
        return f"it panicked: {err}"
    if code != 0 and not killed:
        if code not in REFUSALS:
            return f"exit code {code}: {err}"
        # The call that failed may have been the one that says so.
        if name != "write" and ("because" not in err or "try" not in err):
            return f"no sentence: {err!r}"
    if killed and fault != "kill":
        return "it was killed by something else"
    got_code, got, got_err = place.run("get", "wiki", "access_token")
    if got_code != 0:
        return f"the vault does not open any more: {got_err}"
    if got not in (OLD, NEW):
        return f"neither old nor new: {got!r}"
    if code == 0 and got != NEW:
        return "an acknowledged save is lost"
    if place.run("get", "wiki", "access_secret")[1] != OTHER:
        return "another value was touched"
    if (place.vault.stat().st_mode & 0o777) != 0o600:
        return f"mode {oct(place.vault.stat().st_mode)}"
    after, _, after_err = place.run("set", "wiki", "notes", value="a later note\n")
    if after != 0:
        return f"the next save fails: {after_err}"
    if place.temps():
        return f"left behind: {place.temps()}"
    return None


def stock(place):
    """What Debian's age makes of the vault, or None where all is well or there is no age."""
    if not shutil.which("age"):
        return None
    command = ["age", "-d", "-i", str(place.identity), str(place.vault)]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        return f"age cannot read it: {done.stderr.decode(errors='replace')}"
    try:
        json.loads(done.stdout)
    except ValueError as error:
        return f"not JSON: {error}"
    return None


def inject(case, template, scratch):
    """Runs one case in a copy of the vault; returns what is wrong, or None."""
    name, number, fault = case
    folder = scratch / f"{name}-{number}-{fault}"
    place = template.copy(folder)
    rule = f"inject={name}:{FAULTS[fault]}:when={number}"
    before = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", rule)
    code, _, err = place.run("set", "wiki", "access_token", value=NEW, before=before)
    wrong = judge(place, code, err, name, fault) or (stock(place) if number % 7 == 0 else None)
    if wrong is None:
        shutil.rmtree(folder)
        return None
    return f"{fault} at {name} number {number}: {wrong}\n    folder {folder}, rule {rule}"


def crowd(template, scratch, round_number, rng):
    """Processes that save different fields at once, some of them killed on the way."""
    place = template.copy(scratch / f"crowd-{round_number}")
    fields = ["access_token", "oauth2_access_token", "handle", "notes", "tags"]
    running = []
    for field in fields:
        value = f"{'h' if field == 'handle' else 'v'}{round_number}"
        process = subprocess.Popen(
            [str(PROGRAM), "set", "wiki", field],
            env=place.env(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )
        process.stdin.write(value.encode())
        process.stdin.close()
        running.append((field, value, process))
    victim = rng.choice([None, *running])
    if victim is not None:
        try:
            victim[2].wait(timeout=rng.uniform(0, 0.06))
        except subprocess.TimeoutExpired:
            victim[2].kill()
    wrong = []
    for field, value, process in running:
        err = process.stderr.read().decode(errors="replace")
        code = process.wait(timeout=PATIENCE)
        process.stderr.close()
        if code == 0:
            shown = place.run("show", "wiki", "--json")[1] if field in ("handle", "notes", "tags") else None
            there = value in shown if shown is not None else place.run("get", "wiki", field)[1] == value
            if not there:
                wrong.append(f"{field} was acknowledged and is lost")
        elif code != -signal.SIGKILL:
            wrong.append(f"{field} ended with {code}: {err}")
    if place.run("get", "wiki", "access_secret")[1] != OTHER:
        wrong.append("another value was touched")
    place.run("set", "wiki", "notes", value="later\n")
    if place.temps():
        wrong.append(f"left behind: {place.temps()}")
    if not wrong:
        shutil.rmtree(place.folder)
        return None
    return f"round {round_number} of many at once: {'; '.join(wrong)}\n    folder {place.folder}"


def unwritable(template, scratch):
    """A folder nobody may write to. Root may write anywhere, so root becomes somebody else for it."""
    place = template.copy(scratch / "unwritable")
    before = ()
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            return None
        for path in [place.folder, *place.folder.rglob("*")]:
            os.chown(path, 65534, 65534)
        before = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
        for parent in [scratch, *scratch.parents]:
            if parent != Path("/tmp") and str(parent).startswith("/tmp/"):
                parent.chmod(0o755)
    old = place.vault.read_bytes()
    place.data.chmod(0o500)
    code, _, err = place.run("set", "wiki", "access_token", value=NEW, before=before)
    got_code, got, got_err = place.run("get", "wiki", "access_token", before=before)
    place.data.chmod(0o700)
    if code != 6 or "permission" not in err.lower():
        return f"a folder without write permission: exit {code}: {err}"
    if (got_code, got) != (0, OLD) or place.vault.read_bytes() != old:
        return f"a folder without write permission, read: exit {got_code}: {got_err}"
    return None


def full_disk(template, scratch, left):
    """A disk with `left` bytes to spare, for root or in a namespace of our own."""
    mount = scratch / f"full-{left}"
    mount.mkdir()
    size = sum(path.stat().st_size for path in template.folder.rglob("*") if path.is_file())
    total = (size + left) // 4096 * 4096 + 80 * 4096
    script = (
        f"mount -t tmpfs -o size={total} tmpfs {mount} && cp -a {template.folder} {mount}/v && cd {mount} && "
        f"free=$(($(stat -f -c '%a * %S' .))) && "
        f"head -c $((free > {left} ? free - {left} : 0)) /dev/zero > filler 2>/dev/null; "
        f'printf %s "{NEW}" | "{PROGRAM}" set wiki access_token; echo "set=$?"; '
        f'"{PROGRAM}" get wiki access_token > /dev/null; echo "get=$?"; '
        f'printf "value=%s" "$("{PROGRAM}" get wiki access_token)"'
    )
    env = Place(mount / "v").env()
    command = ["unshare", "-rm" if os.geteuid() else "-m", "sh", "-c", script]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False)
    found = dict(re.findall(r"(set|get|value)=(\S*)", done.stdout))
    if "set" not in found:
        return None  # no name spaces here
    saved = found["set"] == "0"
    if found.get("get") != "0" or found.get("value") != (NEW if saved else OLD):
        return f"a disk with {left} bytes left: {found} {done.stderr}"
    if not saved and (found["set"] != "6" or "because" not in done.stderr):
        return f"a disk with {left} bytes left: exit {found['set']}: {done.stderr}"
    return None


def main():
    size = sys.argv[1] if len(sys.argv) > 1 else "small"
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(1 << 32)
    if not shutil.which("strace"):
        print("save cases=0 failures=0 (left out: there is no strace)")
        return 0
    rng = random.Random(seed)
    scratch = Path(tempfile.mkdtemp(prefix="birdkeep-save-"))
    template = Place(scratch / "template")
    template.folder.mkdir()
    template.make()
    calls = window(template.copy(scratch / "traced"), scratch)
    every = list(cases(calls))
    wanted = {"small": 90, "all": len(every)}.get(size) or int(size)
    chosen = [case for _ in range(wanted // len(every)) for case in every]
    chosen += rng.sample(every, wanted % len(every)) if wanted % len(every) else []
    rounds = max(3, wanted // 40)
    failures = []
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        # Each repetition of a case gets a folder of its own.
        folders = [scratch / f"run{number}" for number in range(len(chosen))]
        for folder in folders:
            folder.mkdir()
        found = pool.map(lambda pair: inject(pair[0], template, pair[1]), zip(chosen, folders))
        failures += [wrong for wrong in found if wrong]
    for number in range(rounds):
        failures += filter(None, [crowd(template, scratch, number, rng)])
    extra = [unwritable(template, scratch)]
    extra += [full_disk(template, scratch, left) for left in (0, 512, 4096, 12288, 65536)]
    failures += filter(None, extra)
    for failure in failures:
        print(failure)
    count = len(chosen) + rounds + len(extra)
    print(f"save cases={count} failures={len(failures)} seed={seed} calls={len(calls)} possible={len(every)}")
    if not failures:
        shutil.rmtree(scratch)
    return 1 if failures else 0


if __name__ == "__main__":
    PROGRAM = program()
    sys.exit(main())
