#!/usr/bin/env python3
"""Real bots on real client libraries, started by `birdkeep run`: `tests/interop/run.py`.

Each peer is installed from its own registry into a throw-away folder, unchanged, and led to the loopback simulator by
proxy.py. It must authenticate with nothing but what `birdkeep run` gives it, and its exit code must come through. A
peer that cannot be installed here (no registry, no interpreter) is skipped with a message. Prints
`interop passed=… skipped=… failed=…`. Takes the program from $BIRDKEEP, or builds it.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BOT, HANDLE = "duck-of-the-day", "@demo_ducks"
FIELDS = ["api_key", "api_secret", "access_token", "access_secret", "bearer_token"]


class Skip(Exception):
    """The peer cannot be had here, and why."""


def install(*command, **more):
    """Runs an installer; what it says goes nowhere, since a failure only means that the peer is skipped."""
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=300, **more)
    except (OSError, subprocess.SubprocessError) as error:
        raise Skip(f"{pathlib.Path(command[0]).name} could not install it ({type(error).__name__})") from None


def python_peer(folder):
    install(sys.executable, "-m", "venv", folder / "python")
    install(folder / "python/bin/pip", "install", "--quiet", "tweepy")
    return [folder / "python/bin/python", HERE / "peers/tweepy_bot.py"]


def node_peer(folder):
    if not shutil.which("node"):
        raise Skip("there is no node here")
    (folder / "package.json").write_text('{"private": true}')
    install("npm", "install", "--silent", "--no-audit", "--no-fund", "twitter-api-v2", "https-proxy-agent", cwd=folder)
    # Node looks for packages beside the file that asks for them.
    shutil.copy(HERE / "peers/node_bot.mjs", folder)
    return ["node", folder / "node_bot.mjs"]


PEERS = {"Tweepy": python_peer, "node-twitter-api-v2": node_peer}


class Played:
    """A process that says where it listens, on standard error or as its first line, and is ended with the block."""

    def __init__(self, command, **more):
        self.process = subprocess.Popen(command, text=True, stdin=subprocess.DEVNULL, **more)

    def __enter__(self):
        return self.process

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def vault(birdkeep, folder, roster):
    """A vault with these apps and bots in a home of its own, and the environment that finds it. Its identity is
    unencrypted as on a server, since a passphrase takes a second at each call; where age-keygen is missing it has one."""
    env = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config")}
    for name in ["XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"]:
        env.pop(name, None)
    identity = folder / "config/birdkeep/identity.age"
    if shutil.which("age-keygen"):
        identity.parent.mkdir(parents=True)
        subprocess.run(["age-keygen", "-o", identity], check=True, capture_output=True)
    else:
        (folder / "passphrase").write_text("made up for this test alone")
        (folder / "passphrase").chmod(0o600)
        env["BIRDKEEP_PASSPHRASE_FILE"] = str(folder / "passphrase")
    subprocess.run([birdkeep, "init"], env=env, check=True, capture_output=True)
    command = [birdkeep, "import", "-", "--from", "json"]
    subprocess.run(command, env=env, check=True, capture_output=True, text=True, input=roster)
    return env


def ask(birdkeep, env, command, secrets):
    """Runs one bot; true when it says who it is and shows no secret."""
    ran = subprocess.run([birdkeep, "run", BOT, "--", *command], env=env, capture_output=True, text=True, timeout=120)
    said = ran.stdout.strip()
    leaked = any(secret in ran.stdout + ran.stderr for secret in secrets)
    fine = ran.returncode == 0 and said.endswith(f"is {HANDLE}") and not leaked
    print(f"  {said}" if fine else f"  exit {ran.returncode}: {'a secret was shown' if leaked else ran.stderr[-600:]}")
    return fine


def main():
    birdkeep = os.environ.get("BIRDKEEP")
    if not birdkeep:
        subprocess.run(["cargo", "build", "--locked", "--quiet"], cwd=ROOT, check=True)
        birdkeep = str(ROOT / "target/debug/birdkeep")
    counts = dict.fromkeys(["passed", "skipped", "failed"], 0)
    if not shutil.which("openssl"):
        print("there is no openssl here: every peer is skipped")
        counts["skipped"] = len(PEERS)
    else:
        with tempfile.TemporaryDirectory() as folder:
            compare(birdkeep, pathlib.Path(folder), counts)
    print("interop " + " ".join(f"{name}={count}" for name, count in counts.items()))
    sys.exit(1 if counts["failed"] else 0)


def compare(birdkeep, folder, counts):
    simulator = Played([birdkeep, "demo", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with simulator as played:
        base = next(word for word in played.stderr.readline().split() if word.startswith("BIRDKEEP_X_API="))
        env = vault(birdkeep, folder, played.stdout.read())
        secrets = [
            subprocess.run([birdkeep, "get", BOT, field], env=env, check=True, capture_output=True, text=True).stdout
            for field in FIELDS
        ]
        command = [sys.executable, HERE / "proxy.py", folder, base.partition("=")[2]]
        with Played(command, stdout=subprocess.PIPE) as proxy:
            address, authority = proxy.stdout.readline().strip(), str(folder / "ca.pem")
            env |= {"HTTPS_PROXY": address, "REQUESTS_CA_BUNDLE": authority, "NODE_EXTRA_CA_CERTS": authority}
            for name, peer in PEERS.items():
                print(f"{name}:")
                try:
                    place = folder / name
                    place.mkdir()
                    counts["passed" if ask(birdkeep, env, peer(place), secrets) else "failed"] += 1
                except Skip as skipped:
                    print(f"  skipped: {skipped}")
                    counts["skipped"] += 1


if __name__ == "__main__":
    main()
