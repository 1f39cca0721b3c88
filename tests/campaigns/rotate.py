#!/usr/bin/env python3
"""Rotations and revocations killed at every system call: `tests/campaigns/rotate.py small|all|CASES [SEED]`.

The real program rotates or revokes against the real simulator (`birdkeep demo --listen`), while strace kills it at one
system call after another, on whichever thread comes there first, or makes a call on files answer "no space" or
"input/output error". After each case:

  * the vault opens, and no pair in it is made of two halves;
  * it holds what X accepts, or says that X may have killed it;
  * what ended by itself ended with a documented exit code, without a panic;
  * the same command, given again, comes to the end it would have come to, and leaves no temp file behind.

Prints `rotate cases=… failures=…`; a failing case leaves its folder and says how to run it again.
Needs Python 3 and strace. Builds the program with cargo, or takes $BIRDKEEP.
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
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import save

ROSTER = {
    "seed": "campaign",
    "apps": [{"name": "flock", "owner": "demo_owner", "permission": "read-write"}],
    "profiles": [
        {"name": "owner", "handle": "demo_owner", "app": "flock", "level": "read-write", "needs": ["post"],
         "tags": ["owner"]},
        {"name": "duck", "handle": "demo_duck", "app": "flock", "level": "read-write", "needs": ["post"]},
        {"name": "museum", "handle": "demo_museum", "app": "flock", "needs": ["read"], "trouble": "bearer-only"},
    ],
}
FAULTS = {"kill": "signal=KILL", "ENOSPC": "error=ENOSPC", "EIO": "error=EIO"}
# What a save does to files: only there does an error make sense, everywhere a kill. Writing is left to save.py: here
# threads wake each other by it, which never fails.
ON_FILES = re.compile(r"^(openat|fsync|fdatasync|rename.*|link.*|unlink.*|ftruncate|fallocate|flock)$")
# Exit codes of a run that ended by itself: done, found, a person is needed, X unreachable, not saved.
ENDINGS = {0, 1, 2, 4, 5, 6}
OLD_KEY, OLD_SECRET = "k" * 25, "s" * 50


class Place(save.Place):
    """A vault that talks to one simulator."""

    base = ""

    def env(self):
        return {**super().env(), "BIRDKEEP_X_API": self.base}

    def copy(self, folder):
        shutil.copytree(self.folder, folder, symlinks=True)
        return Place(folder)

    def json(self, *args):
        code, out, err = self.run(*args, "--json")
        if code not in (0, 1):
            raise Trouble(f"{' '.join(args)} ended with {code}: {err}")
        return json.loads(out)

    def value(self, name, field):
        code, out, _ = self.run("get", name, field)
        return out if code == 0 else None

    def works(self, name):
        """Whether X accepts what the vault holds for this profile."""
        found = self.json("check", name)["profiles"][0]
        return found["state"] == "ok"


class Trouble(Exception):
    """What is wrong after a case."""


class Played:
    """X in a box, as a process of its own. Every one starts from the same roster, so from the same values."""

    def __init__(self, roster):
        self.child = subprocess.Popen(
            [str(save.PROGRAM), "demo", "--listen", "127.0.0.1:0", "--roster", str(roster)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        line = self.child.stderr.readline()
        self.base = next(word.split("=", 1)[1] for word in line.split() if word.startswith("BIRDKEEP_X_API="))
        self.roster = self.child.stdout.read()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.kill()
        self.child.wait()
        self.child.stdout.close()
        self.child.stderr.close()


class Bearer:
    """A bearer token, unattended."""

    name, args = "bearer", ("rotate", "flock", "bearer", "--yes")
    end = 0

    def prepare(self, place, roster):
        self.old = place.value("flock", "bearer_token")
        self.piped = ""

    def judge(self, place):
        if not place.works("museum") and place.json("show", "app:flock")["mark"] is None:
            raise Trouble("X does not accept the bearer token, and the vault does not say so")

    def done(self, place):
        new = place.value("flock", "bearer_token")
        if new in (None, self.old) or not place.works("museum"):
            raise Trouble("the new bearer token is not in place")
        kept = [one for one in place.json("history", "flock")["values"] if one["field"] == "bearer_token"]
        # Killed after its end, the second run has rotated once more.
        once = len({one["fingerprint"] for one in kept}) == len(kept) and len(kept) in (1, 2)
        if not once or any(one["dead_since"] is None for one in kept):
            raise Trouble(f"the old bearer token is not history, dead, once: {kept}")


class Api:
    """API key and secret that somebody has regenerated, brought on standard input."""

    # The bots have to log in afterwards, which takes a person.
    name, args = "api", ("rotate", "flock", "api", "--yes")
    end = 2

    def prepare(self, place, roster):
        app = roster["apps"][0]
        self.new = (app["api_key"], app["api_secret"])
        self.piped = f"api_key={self.new[0]}\napi_secret={self.new[1]}\n"
        place.must("app", "set", "flock", "api_key", value=OLD_KEY)
        place.must("app", "set", "flock", "api_secret", value=OLD_SECRET)
        # The vault counts in seconds, and the bots' tokens must be older than the new key.
        time.sleep(1.1)

    def judge(self, place):
        pair = (place.value("flock", "api_key"), place.value("flock", "api_secret"))
        if pair not in ((OLD_KEY, OLD_SECRET), self.new):
            raise Trouble("a pair made of two halves, or none")

    def done(self, place):
        if (place.value("flock", "api_key"), place.value("flock", "api_secret")) != self.new:
            raise Trouble("the new pair is not in place")
        if place.json("show", "app:flock")["down"] != ["duck", "owner"]:
            raise Trouble("who is down is not said")
        if not place.works("museum"):
            raise Trouble("the bearer token did not come along")


class Revoke:
    """One profile's pair, revoked."""

    name, args = "revoke", ("revoke", "duck", "--confirm", "duck")
    # The second time there may be nothing left to ask.
    end = (0, 1)

    def prepare(self, place, roster):
        self.piped = ""

    def judge(self, place):
        duck = place.json("show", "profile:duck")
        if duck["mark"] is None and not place.works("duck"):
            raise Trouble("the pair is dead, and the vault does not say so")

    def done(self, place):
        duck = place.json("show", "profile:duck")
        kept = [one for one in place.json("history", "duck")["values"] if one["dead_since"]]
        if duck["mark"] != "dead" or duck["fields"]["access_token"]["set"] or len(kept) != 2:
            raise Trouble(f"it is not dead and history: {duck['mark']}, {kept}")


def reached(place, task, scratch):
    """How often each thread makes each call, from the moment the vault is loaded."""
    log = scratch / f"trace-{task.name}"
    before = ("strace", "-f", "-qq", "-o", str(log))
    code, _, err = place.run(*task.args, value=task.piped, before=before)
    if code not in (task.end if isinstance(task.end, tuple) else (task.end,)):
        raise SystemExit(f"{task.name} does not work at all: {code}: {err}")
    counts = collections.defaultdict(collections.Counter)
    calls, begun = set(), False
    for line in log.read_text(errors="replace").splitlines():
        match = re.match(r"(\d+)\s+([a-z_0-9]+)\(", line)
        if not match:
            continue
        thread, name = match.groups()
        counts[thread][name] += 1
        begun = begun or "vault.lock" in line
        if begun:
            calls.add((name, counts[thread][name]))
    return sorted(calls)


def cases(task, calls):
    for name, number in calls:
        for fault in FAULTS:
            if fault == "kill" or ON_FILES.match(name):
                yield task, name, number, fault


def inject(case, templates, roster, folder):
    """Runs one case in a copy of the vault against a simulator of its own; returns what is wrong, or None."""
    task, name, number, fault = case
    place = templates[task.name].copy(folder / "vault")
    rule = f"inject={name}:{FAULTS[fault]}:when={number}"
    try:
        with Played(roster) as played:
            place.base = played.base
            before = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", rule)
            code, _, err = place.run(*task.args, value=task.piped, before=before)
            killed = code in (-signal.SIGKILL, 137)
            if code == 124:
                raise Trouble("it hung")
            if "panicked" in err:
                raise Trouble(f"it panicked: {err}")
            if not killed and code not in ENDINGS:
                raise Trouble(f"exit code {code}: {err}")
            if killed and fault != "kill":
                raise Trouble("it was killed by something else")
            task.judge(place)
            code, _, err = place.run(*task.args, value=task.piped)
            if code not in (task.end if isinstance(task.end, tuple) else (task.end,)):
                raise Trouble(f"given again it ended with {code}: {err}")
            task.done(place)
            place.must("set", "duck", "notes", value="later\n")
            if place.temps():
                raise Trouble(f"left behind: {place.temps()}")
    except (Trouble, SystemExit) as trouble:
        return f"{task.name}: {fault} at {name} number {number}: {trouble}\n    folder {folder}, rule {rule}"
    shutil.rmtree(folder)
    return None


def main():
    size = sys.argv[1] if len(sys.argv) > 1 else "small"
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(1 << 32)
    if not shutil.which("strace"):
        print("rotate cases=0 failures=0 (left out: there is no strace)")
        return 0
    rng = random.Random(seed)
    scratch = Path(tempfile.mkdtemp(prefix="birdkeep-rotate-"))
    roster = scratch / "roster.json"
    roster.write_text(json.dumps(ROSTER))
    tasks, templates, every = [Bearer(), Api(), Revoke()], {}, []
    for task in tasks:
        with Played(roster) as played:
            place = Place(scratch / f"template-{task.name}")
            place.folder.mkdir()
            place.base = played.base
            place.identity.parent.mkdir(parents=True, mode=0o700)
            place.identity.write_text(save.IDENTITY + "\n")
            place.identity.chmod(0o600)
            place.must("init")
            place.must("import", "-", value=played.roster)
            task.prepare(place, json.loads(played.roster))
            templates[task.name] = place
            traced = place.copy(scratch / f"traced-{task.name}")
            traced.base = played.base
            every += cases(task, reached(traced, task, scratch))
    wanted = {"small": 45, "all": len(every)}.get(size) or int(size)
    chosen = [case for _ in range(wanted // len(every)) for case in every]
    chosen += rng.sample(every, wanted % len(every)) if wanted % len(every) else []
    folders = [scratch / f"run{number}" for number in range(len(chosen))]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        pairs = zip(chosen, folders)
        found = pool.map(lambda pair: inject(pair[0], templates, roster, pair[1]), pairs)
        failures = [wrong for wrong in found if wrong]
    for failure in failures:
        print(failure)
    print(f"rotate cases={len(chosen)} failures={len(failures)} seed={seed} possible={len(every)}")
    if not failures:
        shutil.rmtree(scratch)
    return 1 if failures else 0


if __name__ == "__main__":
    save.PROGRAM = save.program()
    sys.exit(main())
