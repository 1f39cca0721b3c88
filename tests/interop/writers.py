#!/usr/bin/env python3
"""Every export format against the tool that reads it: `tests/interop/writers.py [FORMAT]...`.

A vault gets a bot with values that some format or other gives a meaning (quotes, `$`, backslash, `#`, spaces, `%`,
letters of other scripts). What `birdkeep export` writes of it is handed to the real tool, which must give back every
value exactly; a format whose readers disagree about a character must refuse the value instead. A tool that is not here
is installed from its registry into a throw-away folder, or from Debian where this is root; where neither works it is
skipped with a message. Prints `writers passed=… skipped=… failed=…`. Takes the program from $BIRDKEEP, or builds it.
"""

import base64
import csv
import http.server
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading

from run import ROOT, Skip, install, vault

NAMES = {
    "api_key": "X_API_KEY",
    "api_secret": "X_API_SECRET",
    "bearer_token": "X_BEARER_TOKEN",
    "client_id": "X_CLIENT_ID",
    "client_secret": "X_CLIENT_SECRET",
    "access_token": "X_ACCESS_TOKEN",
    "access_secret": "X_ACCESS_TOKEN_SECRET",
    "oauth2_access_token": "X_OAUTH2_ACCESS_TOKEN",
    "oauth2_refresh_token": "X_OAUTH2_REFRESH_TOKEN",
}
# One value for each field. No reader of variables takes the last two kinds alike, so formats may refuse them.
TAME = ["a=b", "100%", "a!b", "漢字é", "{a,b}", "*?[a]", "~/x", "a;b&c|d", "-x"]
ODD = ['say "hi" x', "a$HOME", "a `id` b", "a #b", "#a b", "%41%PATH%", "a $(id) b", "a: b", "a|b>c<d"]
WILD = [
    ["it's", "back\\slash", "a'b\"c\\d", "a''b", "\\n\\t\\x41", "a\\", "x\\'y", "a’b‘c", "a${X}b${X:-c}"],
    ["a\\\"b", "$$", "!!", "a!b'c", "\\\\", "^a", "%d%%s", "a\\$b", "a 'b' c"],
]
SETS = [TAME, ODD, *WILD]


def debian(package, command):
    """The path of a command, installed where that can be done."""
    if not shutil.which(command):
        if os.getuid() != 0 or not shutil.which("apt-get"):
            raise Skip(f"there is no {command} here")
        install("apt-get", "install", "-y", "-qq", "--no-install-recommends", package)
    return shutil.which(command)


def python(folder, *packages):
    place = folder / "python"
    if not place.exists():
        install(sys.executable, "-m", "venv", place)
    install(place / "bin/pip", "install", "--quiet", *packages)
    return place / "bin/python"


def node(folder, *packages):
    if not shutil.which("node"):
        raise Skip("there is no node here")
    (folder / "package.json").write_text('{"private": true}')
    if packages:
        install("npm", "install", "--silent", "--no-audit", "--no-fund", *packages, cwd=folder)
    return "node"


def output(*command, **more):
    ran = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120, **more)
    if ran.returncode:
        raise AssertionError(f"{pathlib.Path(str(command[0])).name} exits {ran.returncode}: {ran.stderr[-300:]}")
    return ran.stdout


def environment(text):
    return dict(pair.split("=", 1) for pair in text.split("\0") if "=" in pair)


def of_names(values):
    """What the tool found under our names of variables, by field."""
    return {field: values[name] for field, name in NAMES.items() if name in values}


def shell(command, *words):
    """A shell that sources the file, then says what a child of it would see."""

    def read(folder, file):
        clean = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"}
        return of_names(environment(output(command(), *words, f". {file}; env -0", env=clean, cwd=folder)))

    return read


def fish(folder, file):
    clean = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    told = output(debian("fish", "fish"), "--no-config", "-c", f"source {file}; env -0", env=clean)
    return of_names(environment(told))


def direnv(folder, file):
    command = debian("direnv", "direnv")
    place = folder / "direnv"
    place.mkdir(exist_ok=True)
    shutil.copy(file, place / ".envrc")
    clean = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    output(command, "allow", place, env=clean)
    return of_names(environment(output(command, "exec", place, "env", "-0", env=clean)))


def python_dotenv(folder, file):
    code = "import dotenv,json,sys; print(json.dumps(dotenv.dotenv_values(sys.argv[1], encoding='utf-8')))"
    return of_names(json.loads(output(python(folder, "python-dotenv"), "-c", code, file)))


def node_dotenv(folder, file):
    code = "console.log(JSON.stringify(require('dotenv').parse(require('fs').readFileSync(process.argv[1]))))"
    return of_names(json.loads(output(node(folder, "dotenv"), "-e", code, file, cwd=folder)))


def node_env_file(folder, file):
    return of_names(json.loads(output(node(folder), f"--env-file={file}", "-p", "JSON.stringify(process.env)", env={"PATH": os.environ["PATH"]})))


def docker(_, file):
    """The client parses the file; a stand-in for its daemon on the loopback hears what came of it."""
    command = shutil.which("docker") or debian("docker-cli", "docker")
    heard = []

    class Daemon(http.server.BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            created = "/containers/create" in self.path
            if created:
                heard.append(json.loads(body)["Env"])
            said = b'{"Id":"made-up","Warnings":[]}' if created else b"OK"
            self.send_response(201 if created else 200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else said)

        do_GET = do_HEAD = do_POST = answer

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Daemon) as daemon:
        threading.Thread(target=daemon.serve_forever, daemon=True).start()
        env = {**os.environ, "DOCKER_HOST": f"tcp://127.0.0.1:{daemon.server_port}", "DOCKER_API_VERSION": "1.44"}
        env.pop("DOCKER_CONTEXT", None)
        output(command, "create", "--env-file", file, "made-up", env=env)
        daemon.shutdown()
    return of_names(dict(pair.split("=", 1) for pair in heard[0]))


def kubectl(_, file):
    command = shutil.which("kubectl") or debian("kubernetes-client", "kubectl")
    said = output(command, "annotate", "--local", "-f", file, "-o", "json", "made-up=yes")
    data = json.loads(said)["data"]
    return of_names({name: base64.b64decode(value).decode() for name, value in data.items()})


def systemd(folder, file):
    """The script as it is, with a sudo that only runs, and the folder of the machine's credentials elsewhere."""
    if not shutil.which("systemd-creds") or os.getuid() != 0:
        raise Skip("systemd-creds is not here, or this is not root")
    store, tools = folder / "credstore", folder / "tools"
    shutil.rmtree(store, ignore_errors=True)
    store.mkdir()
    tools.mkdir(exist_ok=True)
    probe = subprocess.run(["systemd-creds", "encrypt", "--name=x", "-", "-"], input="x", capture_output=True, text=True)
    if probe.returncode:
        raise Skip(f"systemd-creds cannot encrypt here: {probe.stderr.strip()[:100]}")
    (tools / "sudo").write_text('#!/bin/sh\nexec "$@"\n')
    (tools / "birdkeep").write_text(f'#!/bin/sh\nexec "{BIRDKEEP}" "$@"\n')
    for tool in ("sudo", "birdkeep"):
        (tools / tool).chmod(0o755)
    script = file.read_text().replace("/etc/credstore.encrypted", str(store))
    output("sh", "-c", script, env={**ENV, "PATH": f"{tools}:{os.environ['PATH']}"})
    found = {}
    for credential in store.iterdir():
        name = credential.name.partition(".")[2]
        found[name.upper()] = output("systemd-creds", "decrypt", f"--name={name}", credential, "-")
    return of_names(found)


def handed(tool, name_at):
    """A script for a service that cannot be had here, with a stand-in that keeps what it is handed."""

    def read(folder, file):
        tools, kept = folder / f"{tool}-tools", folder / f"{tool}-kept"
        shutil.rmtree(kept, ignore_errors=True)
        tools.mkdir(exist_ok=True)
        kept.mkdir()
        (tools / tool).write_text(f'#!/bin/sh\ncat > "{kept}/${name_at}"\n')
        (tools / "birdkeep").write_text(f'#!/bin/sh\nexec "{BIRDKEEP}" "$@"\n')
        for name in (tool, "birdkeep"):
            (tools / name).chmod(0o755)
        output("sh", file, env={**ENV, "PATH": f"{tools}:{os.environ['PATH']}"})
        return of_names({path.name: path.read_text() for path in kept.iterdir()})

    return read


def ruby_yaml(_, file):
    """What twurl does with its file: Ruby's own YAML."""
    command = debian("ruby", "ruby")
    code = "require 'yaml'; require 'json'; t = File.read(ARGV[0]); y = YAML.respond_to?(:unsafe_load) ? YAML.unsafe_load(t) : YAML.load(t); puts y.to_json"
    root = json.loads(output(command, "-EUTF-8", "-e", code, file))
    (key, entry), = next(iter(root["profiles"].values())).items()
    words = {"consumer_key": "api_key", "consumer_secret": "api_secret", "token": "access_token", "secret": "access_secret"}
    found = {field: entry[word] for word, field in words.items()}
    return {**found, "bearer_token": root["bearer_tokens"][key]}


def tweepy(folder, file):
    code = "import json,runpy,sys; m=runpy.run_path(sys.argv[1]); c=m['client']; o=m['oauth2_client']; print(json.dumps(dict(api_key=c.consumer_key, api_secret=c.consumer_secret, bearer_token=c.bearer_token, access_token=c.access_token, access_secret=c.access_token_secret, oauth2_access_token=o.bearer_token)))"
    return json.loads(output(python(folder, "tweepy"), "-c", code, file))


def xdk(folder, file):
    code = "import json,runpy,sys; m=runpy.run_path(sys.argv[1]); a=m['oauth1']; print(json.dumps(dict(api_key=a.api_key, api_secret=a.api_secret, access_token=a.access_token.access_token, access_secret=a.access_token.access_token_secret, bearer_token=m['app_only_client'].bearer_token, oauth2_access_token=m['oauth2_client'].access_token)))"
    return json.loads(output(python(folder, "xdk"), "-c", code, file))


def node_api(folder, file):
    command = node(folder, "twitter-api-v2")
    tail = (
        "\nconst t = client.getActiveTokens(), a = appOnlyClient.getActiveTokens(), o = oauth2Client.getActiveTokens(), i = oauth2App._requestMaker;"
        "console.log(JSON.stringify({api_key: t.appKey, api_secret: t.appSecret, access_token: t.accessToken, access_secret: t.accessSecret,"
        " bearer_token: a.bearerToken, oauth2_access_token: o.bearerToken, client_id: i.clientId, client_secret: i.clientSecret, oauth2_refresh_token: refreshToken}))"
    )
    (folder / "client.mjs").write_text(file.read_text() + tail)
    return json.loads(output(command, folder / "client.mjs"))


def table(_, file):
    row, = csv.DictReader(io.StringIO(file.read_text(), newline=""))
    return {field: row[field] for field in NAMES}


# Format, tool, how it is asked, the fields it has, and whether odd and wild values are held or refused.
ALL = list(NAMES)
OF_TWURL = ["api_key", "api_secret", "bearer_token", "access_token", "access_secret"]
OF_CLIENTS = [*OF_TWURL, "oauth2_access_token"]
READERS = [
    ("shell", "sh", shell(lambda: "sh", "-c"), ALL, True),
    ("shell", "bash", shell(lambda: debian("bash", "bash"), "--norc", "-c"), ALL, True),
    ("shell", "zsh", shell(lambda: debian("zsh", "zsh"), "-f", "-c"), ALL, True),
    ("dotenv", "sh", shell(lambda: "sh", "-ac"), ALL, False),
    ("dotenv", "python-dotenv", python_dotenv, ALL, False),
    ("dotenv", "dotenv of npm", node_dotenv, ALL, False),
    ("dotenv", "node --env-file", node_env_file, ALL, False),
    ("direnv", "direnv", direnv, ALL, True),
    ("fish", "fish", fish, ALL, True),
    ("docker", "docker", docker, ALL, False),
    ("kubernetes", "kubectl", kubectl, ALL, True),
    ("systemd", "systemd-creds", systemd, ALL, True),
    ("github", "a stand-in for gh", handed("gh", "3"), ALL, True),
    ("gitlab", "a stand-in for glab", handed("glab", "3"), ALL, True),
    ("twurl", "Ruby's YAML", ruby_yaml, OF_TWURL, True),
    ("tweepy", "Tweepy", tweepy, OF_CLIENTS, True),
    ("xdk", "XDK", xdk, OF_CLIENTS, True),
    ("node-twitter-api-v2", "node-twitter-api-v2", node_api, ALL, True),
    ("csv", "Python's csv", table, ALL, True),
]
# Not among them: PowerShell and xurl.
BIRDKEEP, ENV = "", {}


def bots_of(folder):
    """One bot for each value of each set, so that a refused one hides no other, and the vault they are in."""
    bots = [{"name": f"bot-{number}", "values": dict(zip(NAMES, values))} for number, values in enumerate(SETS)]
    of_app = ["api_key", "api_secret", "bearer_token", "client_id", "client_secret"]
    roster = {"apps": [], "profiles": []}
    for bot in bots:
        values = bot["values"]
        roster["apps"].append({"name": bot["name"], **{field: values[field] for field in of_app}})
        oauth2 = {"access_token": values["oauth2_access_token"], "refresh_token": values["oauth2_refresh_token"]}
        pair = {field: values[field] for field in ("access_token", "access_secret")}
        roster["profiles"].append({"name": bot["name"], "app": bot["name"], **pair, "oauth2": oauth2})
    home = folder / "home"
    home.mkdir()
    return vault(BIRDKEEP, home, json.dumps(roster)), bots


def export(bot, word, fields, folder):
    """The file of one bot in a format; `None` where it is refused."""
    only = [word for field in fields for word in ("--only", field)]
    command = [BIRDKEEP, "export", f"profile:{bot['name']}", "--to", word, "--confirm", bot["name"], *only]
    ran = subprocess.run(command, env=ENV, capture_output=True, text=True)
    if ran.returncode:
        if "trip over" not in ran.stderr:
            raise AssertionError(f"export says {ran.stderr[-300:]}")
        return None
    file = folder / f"export-{word}"
    file.write_text(ran.stdout)
    return file


def compare(folder, word, read, fields, holds, bots):
    """What is wrong with a format, for one tool; refused values are left out one by one."""
    wrong = []
    for number, bot in enumerate(bots):
        kept = fields
        file = export(bot, word, kept, folder)
        if file is None:
            if holds or number == 0:
                wrong.append(f"{bot['name']} is refused")
                continue
            kept = [field for field in fields if export(bot, word, [field], folder) is not None]
            file = export(bot, word, kept, folder) if kept else None
            if file is None:
                continue
        try:
            found = read(folder, file)
        except AssertionError as error:
            wrong.append(f"{bot['name']}: {error}")
            continue
        for field in kept:
            if found.get(field) != bot["values"][field]:
                wrong.append(f"{field} was {bot['values'][field]!r}, is {found.get(field)!r}")
    return wrong


def main():
    global BIRDKEEP, ENV
    BIRDKEEP = os.environ.get("BIRDKEEP", "")
    if not BIRDKEEP:
        subprocess.run(["cargo", "build", "--locked", "--quiet"], cwd=ROOT, check=True)
        BIRDKEEP = str(ROOT / "target/debug/birdkeep")
    counts = dict.fromkeys(["passed", "skipped", "failed"], 0)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        ENV, bots = bots_of(folder)
        asked = sys.argv[1:] or [word for word, *_ in READERS]
        for word, tool, read, fields, holds in [row for row in READERS if row[0] in asked]:
            try:
                wrong = compare(folder, word, read, fields, holds, bots)
            except Skip as skipped:
                print(f"{word} by {tool}: skipped: {skipped}")
                counts["skipped"] += 1
                continue
            counts["failed" if wrong else "passed"] += 1
            print(f"{word} by {tool}: {'; '.join(wrong) or 'every value came back'}", flush=True)
    print("writers " + " ".join(f"{name}={count}" for name, count in counts.items()))
    sys.exit(1 if counts["failed"] else 0)


if __name__ == "__main__":
    main()
