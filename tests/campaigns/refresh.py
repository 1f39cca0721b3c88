#!/usr/bin/env python3
"""Refreshes by the real program under injected faults: killed, refused or cut short at every system call, and many
processes at once, some of them killed.

usage: refresh.py [small|CASES] [SEED]

X is the simulator (`demo --listen`), by its strictest rules: a refresh token is good once, and shown again it kills
its grant. Every case is a vault with bots whose access tokens have expired. After the fault, and again after that,
`birdkeep token` is run without one. Allowed ends: a token that X takes, or a sentence that asks for a login. Forbidden:
a token X does not take, a vault that does not open, a hang, a panic, a token in the clear on the disk, a login asked for
although nothing was killed or broken after the request went out. Prints one line `refresh-calls cases=… failures=…`;
the in-process campaign of refresh/ has the bulk. Set BIRDKEEP to the program, or it is built.
"""

import collections
import http.client
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Made up, and used nowhere else.
IDENTITY = "AGE-SECRET-KEY-1HF327388WK7PLKPVPH2MDG9V40XRZD03T8KJ8AAWUX3FQMX3M4XS20LTPW"
PATIENCE = 40  # seconds; no case may take longer
BOTS = 24  # per vault and simulated X: each case uses one
FAULTS = {
    "kill": "signal=KILL",
    "ENOSPC": "error=ENOSPC",
    "EIO": "error=EIO",
    "EINTR": "error=EINTR",
    "short": "retval=1",
}
# Calls that cannot fail in these ways, whose failing is the end of any process, or which carry the conversation with X:
# for those the simulator's own faults and the in-process campaign are better.
BEYOND = re.compile(
    r"exit|mmap|munmap|mremap|mprotect|brk|madvise|rt_sig|sigalt|futex|clone|set_robust|rseq|set_tid|sched|"
    r"gettid|getpid|geteuid|restart|execve|arch_prctl|poll|getrandom|close|epoll|eventfd|socket|connect|"
    r"sendto|recvfrom|getsockopt|setsockopt|prctl|prlimit"
)
REFUSALS = {1, 2, 3, 4, 5, 6}


def program():
    """The binary under test."""
    if "BIRDKEEP" in os.environ:
        return Path(os.environ["BIRDKEEP"]).resolve()
    subprocess.run(["cargo", "build", "--quiet", "--bin", "birdkeep"], cwd=ROOT, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    return Path(target) / "debug" / "birdkeep"


class Home:
    """A vault with everything around it, and the X it belongs to."""

    def __init__(self, folder, base):
        self.folder = Path(folder)
        self.base = base
        self.identity = self.folder / "config" / "birdkeep" / "identity.age"

    def env(self):
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "BIRDKEEP_X_API": self.base,
            "NO_COLOR": "1",
        }

    def run(self, *args, value="", before=()):
        """One command; a command that hangs counts as exit code 124."""
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            [*before, str(PROGRAM), *args], env=self.env(), stdin=pipe, stdout=pipe, stderr=pipe, text=True,
            errors="replace", start_new_session=True,
        )
        try:
            out, err = process.communicate(value, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            # What strace was watching as well.
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return 124, "", "hung"
        return process.returncode, out, err

    def must(self, *args, value=""):
        code, out, err = self.run(*args, value=value)
        if code != 0:
            raise SystemExit(f"cannot begin: {' '.join(args)} ended with {code}: {err}")
        return out

    def copy(self, folder):
        shutil.copytree(self.folder, folder, symlinks=True)
        return Home(folder, self.base)


class X:
    """X, played by the program, with bots whose access tokens have expired."""

    def __init__(self, scratch, number):
        home = Path(scratch) / f"x{number}"
        home.mkdir()
        bots = [
            {"name": f"bot-{i}", "handle": f"demo_{i}", "app": "bots", "trouble": "oauth2-expired"} for i in range(BOTS)
        ]
        roster = home / "roster.json"
        roster.write_text(json.dumps({"seed": f"x{number}", "apps": [{"name": "bots"}], "profiles": bots}))
        env = {"PATH": os.environ["PATH"], "HOME": str(home)}
        command = [str(PROGRAM), "demo", "--listen", "127.0.0.1:0", "--roster", str(roster)]
        self.process = subprocess.Popen(
            command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        line = self.process.stderr.readline()
        base = re.search(r"BIRDKEEP_X_API=(\S+)", line).group(1)
        self.roster = self.process.stdout.read()
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        self.home = Home(home / "template", base)
        self.home.identity.parent.mkdir(parents=True, mode=0o700)
        self.home.identity.write_text(IDENTITY + "\n")
        self.home.identity.chmod(0o600)
        self.home.must("init")
        self.home.must("import", "-", "--from", "json", value=self.roster)
        self.secrets = re.findall(r'"oauth2_(?:access|refresh)_token": ?"([^"]+)"', self.roster)

    def takes(self, token):
        """Whether X honours an access token."""
        address = urllib.parse.urlparse(self.home.base)
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=PATIENCE)
        connection.request("GET", "/2/users/me", headers={"authorization": f"Bearer {token}"})
        status = connection.getresponse().status
        connection.close()
        return status == 200

    def end(self):
        self.process.kill()
        self.process.wait()


def window(x, scratch):
    """The calls of one refresh, in order, each with whether it may meet more than death; and the number of the first
    call after the request went out."""
    log = scratch / "trace"
    home = x.home.copy(scratch / "traced")
    code, _, err = home.run("token", "bot-0", before=("strace", "-f", "-qq", "-s", "64", "-o", str(log)))
    if code != 0:
        raise SystemExit(f"strace cannot run the program: {err}")
    # strace counts the calls of each thread for itself, and strikes wherever a number is reached first.
    counts, calls, begun, first, sent = collections.Counter(), {}, False, None, None
    # A lie about standard output cannot be found out, and what wakes another thread is never interrupted.
    delicate = re.compile(r'write\(1,|write\(\d+, "\\1(\\0){7}", 8\)')
    for line in log.read_text(errors="replace").splitlines():
        match = re.match(r"(\d+)\s+([a-z_0-9]+)\(", line)
        if not match:
            continue
        thread, name = match.groups()
        counts[thread, name] += 1
        begun = begun or ".lock" in line
        if sent is None and "POST /2/oauth2/token" in line:
            sent = len(calls)
        call, firm = (name, counts[thread, name]), not delicate.search(line)
        if call in calls:
            calls[call] = calls[call] and firm
        else:
            calls[call] = firm
            first = len(calls) - 1 if first is None and begun else first
    return list(calls.items())[first:], (len(calls) if sent is None else sent) - first


def cases(calls):
    """Every call with every fault that makes sense for it, and whether the request may have gone out by then."""
    for place, ((name, number), firm) in enumerate(calls):
        for fault in FAULTS:
            if fault != "kill" and (BEYOND.search(name) or not firm):
                continue
            if fault == "short" and name not in ("write", "pwrite64", "writev"):
                continue
            yield place, name, number, fault


def trouble(code, err, fault):
    """What is wrong with how a run ended that met a fault, or None."""
    killed = code in (-signal.SIGKILL, 137)
    if code == 124:
        return "it hung"
    if "panicked" in err:
        return f"it panicked: {err}"
    if killed and fault != "kill":
        return "it was killed by something else"
    if code != 0 and not killed and code not in REFUSALS:
        return f"exit code {code}: {err}"
    return None


def clear(home, secrets):
    """A token that stands on the disk in the clear, or None."""
    for path in home.folder.rglob("*"):
        if path.is_file():
            contents = path.read_bytes()
            for secret in secrets:
                if secret.encode() in contents:
                    return f"a token stands in the clear in {path.name}"
    return None


def inject(x, bot, case, sent, scratch):
    """Runs one case in a copy of the vault; returns what is wrong (or None), and whether the login was lost."""
    place, name, number, fault = case
    folder = scratch / f"{x.home.folder.parent.name}-{bot}"
    home = x.home.copy(folder)
    rule = f"inject={name}:{FAULTS[fault]}:when={number}"
    code, out, err = home.run(
        "token", f"bot-{bot}", before=("strace", "-f", "-qq", "-o", "/dev/null", "-e", rule)
    )
    told = f"{fault} at {name} number {number} ({place} of the refresh, sent at {sent})"
    wrong = trouble(code, err, fault)
    if wrong is None and code == 0 and out and not x.takes(out):
        wrong = "it printed a token that X does not take"
    lost, printed = False, [out]
    for run in (1, 2):
        if wrong is not None:
            break
        after, token, after_err = home.run("token", f"bot-{bot}")
        printed.append(token)
        if after == 0:
            wrong = None if x.takes(token) else f"run {run} printed a token that X does not take"
        elif after == 1 and "log in again" in after_err:
            lost = True
            if fault == "kill" and place < sent - 2:
                wrong = "a login is asked for although nothing had been sent"
            elif code == 0:
                wrong = "a login is asked for after a refresh that went well"
        else:
            wrong = f"run {run} ended with {after}: {after_err}"
    if wrong is None:
        shown, text, shown_err = home.run("show", f"bot-{bot}", "--json")
        state = json.loads(text)["oauth2"]["refresh"] if shown == 0 else shown_err
        if state != ("reauth" if lost else "ok"):
            wrong = f"the vault says {state}"
    wrong = wrong or clear(home, [*x.secrets, *filter(None, printed)])
    if wrong is None:
        shutil.rmtree(folder)
        return None, lost
    return f"{told}: {wrong}\n    folder {folder}, rule {rule}\n    exit {code}: {err}", lost


def crowd(x, bot, count, victims, scratch, rng):
    """Processes that all want a token at once, some of them killed on the way."""
    home = x.home.copy(scratch / f"crowd-{bot}-{count}")
    running = [
        subprocess.Popen(
            [str(PROGRAM), "token", f"bot-{bot}"], env=home.env(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(count)
    ]
    for victim in rng.sample(running, victims):
        try:
            victim.wait(timeout=rng.uniform(0, 0.08))
        except subprocess.TimeoutExpired:
            victim.kill()
    answers, wrong, logins = set(), [], 0
    for process in running:
        out, err = process.communicate(timeout=PATIENCE * 4)
        if process.returncode == 0:
            answers.add(out)
        elif process.returncode == -signal.SIGKILL and victims:
            continue
        elif victims and process.returncode == 1 and "log in again" in err:
            logins += 1
        else:
            wrong.append(f"one ended with {process.returncode}: {err}")
    if not victims and len(answers) != 1:
        wrong.append(f"{count} processes got {len(answers)} different answers")
    if len(answers) > 1:
        wrong.append(f"{len(answers)} different tokens")
    wrong += ["a token that X does not take" for token in answers if not logins and not x.takes(token)]
    if not wrong:
        shutil.rmtree(home.folder)
        return None
    return f"{count} at once, {victims} killed: {'; '.join(wrong)}\n    folder {home.folder}"


def main():
    size = sys.argv[1] if len(sys.argv) > 1 else "small"
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(1 << 32)
    if not shutil.which("strace"):
        print("refresh-calls cases=0 failures=0 (left out: there is no strace)")
        return 0
    rng = random.Random(seed)
    scratch = Path(tempfile.mkdtemp(prefix="birdkeep-refresh-"))
    first = X(scratch, 0)
    calls, sent = window(first, scratch)
    every = list(cases(calls))
    wanted = {"small": 60, "all": len(every)}.get(size) or int(size)
    # Most calls before the request read this machine's certificates; what comes around it and after counts more.
    close = [case for case in every if case[0] >= sent - 60]
    chosen = every if size == "all" else [rng.choice(close if rng.random() < 0.7 else every) for _ in range(wanted)]
    failures, lost = [], 0
    crowds = [(6, 0), (12, 3)] if size == "small" else [(50, 0), (50, 10), (50, 25)] * max(1, wanted // 1000)
    for number, (count, victims) in enumerate(crowds, 1):
        failures.append(crowd(first, number % (BOTS - 1) + 1, count, victims, scratch, rng))
    first.end()
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        for batch in range(0, len(chosen), BOTS):
            x = X(scratch, 1 + batch)
            some = list(enumerate(chosen[batch : batch + BOTS]))
            for wrong, gone in pool.map(lambda pair: inject(x, pair[0], pair[1], sent, scratch), some):
                failures.append(wrong)
                lost += gone
            x.end()
            shutil.rmtree(scratch / f"x{1 + batch}", ignore_errors=True)
    failures = [failure for failure in failures if failure]
    for failure in failures:
        print(failure)
    count = len(chosen) + len(crowds)
    print(
        f"refresh-calls cases={count} failures={len(failures)} lost={lost} seed={seed} calls={len(calls)} "
        f"sent_at={sent} possible={len(every)}"
    )
    if not failures:
        shutil.rmtree(scratch)
    return 1 if failures else 0


if __name__ == "__main__":
    PROGRAM = program()
    sys.exit(main())
