#!/usr/bin/env python3
"""A CONNECT proxy that leads X's hosts to the simulator: `proxy.py FOLDER http://127.0.0.1:PORT`.

Libraries have X's address built in. They obey HTTPS_PROXY, so this ends their TLS with a certificate of its own making
(FOLDER/ca.pem, to be trusted by the test alone) and hands each request on in absolute form, because an OAuth 1.0a
signature is about the address the library meant. Any other host is refused, so a test cannot leave this machine.
Prints its own address as its first line. Needs the openssl command. One request per connection.
"""

import pathlib
import socket
import ssl
import subprocess
import sys
import threading
import urllib.parse

HOSTS = ["api.x.com", "api.twitter.com"]
LONGEST = 1 << 20


def certificates(folder):
    """An authority good for a day, and one certificate for all of HOSTS signed by it."""

    def openssl(*args):
        subprocess.run(["openssl", *args], cwd=folder, check=True, capture_output=True)

    names = ",".join(f"DNS:{host}" for host in HOSTS)
    (folder / "names").write_text(f"subjectAltName={names}\nbasicConstraints=CA:FALSE\n")
    key = ["-newkey", "rsa:2048", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "1", "-subj", "/CN=birdkeep test",
            "-addext", "keyUsage=critical,keyCertSign")
    openssl("req", *key, "-keyout", "host.key", "-out", "host.csr", "-subj", f"/CN={HOSTS[0]}")
    openssl("x509", "-req", "-in", "host.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "1",
            "-extfile", "names", "-out", "host.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "host.pem", folder / "host.key")
    return context


def head_of(stream):
    """Everything up to the blank line, and what came after it already."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = stream.recv(4096)
        if not more or len(data) > LONGEST:
            raise ConnectionError("no request came")
        data += more
    head, rest = data.split(b"\r\n\r\n", 1)
    return head.decode("latin-1").split("\r\n"), rest


def serve(client, context, simulator):
    try:
        with client:
            lines, _ = head_of(client)
            method, target, *_ = lines[0].split(" ")
            host, _, port = target.partition(":")
            if method != "CONNECT" or host not in HOSTS or port != "443":
                client.sendall(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
                return
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with context.wrap_socket(client, server_side=True) as inside:
                hand_on(inside, host, simulator)
    except OSError:
        pass  # A client that went away: nobody is left to be told.


def hand_on(inside, host, simulator):
    lines, body = head_of(inside)
    method, path, _ = lines[0].split(" ", 2)
    headers = [line for line in lines[1:] if not line.lower().startswith(("connection:", "proxy-"))]
    lengths = [int(line.split(":")[1]) for line in headers if line.lower().startswith("content-length:")]
    while len(body) < (lengths[0] if lengths else 0):
        body += inside.recv(4096)
    head = [f"{method} https://{host}{path} HTTP/1.1", *headers, "connection: close"]
    with socket.create_connection(simulator) as outside:
        outside.sendall("\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body)
        while answer := outside.recv(65536):
            inside.sendall(answer)


def main():
    folder, simulator = pathlib.Path(sys.argv[1]), urllib.parse.urlsplit(sys.argv[2])
    context = certificates(folder)
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    while True:
        client, _ = listener.accept()
        args = (client, context, (simulator.hostname, simulator.port))
        threading.Thread(target=serve, args=args, daemon=True).start()


if __name__ == "__main__":
    main()
