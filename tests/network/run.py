#!/usr/bin/env python3
"""Runs `soar` behind nginx, HAProxy and servers that end connections, and counts how that ends. README.md has more."""

import argparse
import collections
import contextlib
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import time

from upstream import Server

HERE = pathlib.Path(__file__).parent
CREATE = ["mattermost-create-channel", "display_name=War Room", "name=war-room", "type=private"]
LIST = ["mattermost-list-users", "limit=4000"]
SEND = ["mattermost-send-file", "channel=war-room", "message=It is done.", "entry_id=1@1", "--file", "1@1={file}"]
PORTS = ["h2_three", "h2_one", "short", "limit_503", "limit_429", "ha_plain", "ha_tls", "ha_h2"]

# Name, which server, the command, how often.
SCENARIOS = [
    ("nginx, HTTP/2, keepalive_requests 3: list-users", "h2_three", LIST, 12),
    ("nginx, HTTP/2, keepalive_requests 1: list-users", "h2_one", LIST, 12),
    ("nginx, HTTP/2, keepalive_requests 3: create-channel", "h2_three", CREATE, 50),
    ("nginx, HTTP/2, keepalive_requests 1: create-channel", "h2_one", CREATE, 50),
    ("nginx, HTTP/2, keepalive_requests 1: send-file", "h2_one", SEND, 12),
    ("nginx, TLS, keepalive_timeout 1ms: create-channel", "short", CREATE, 50),
    ("ends unannounced, plain: create-channel", "abrupt", CREATE, 50),
    ("ends unannounced, TLS: create-channel", "abrupt_tls", CREATE, 50),
    ("HAProxy, plain, http-keep-alive 1ms: create-channel", "ha_plain", CREATE, 50),
    ("HAProxy, TLS, http-keep-alive 1ms: create-channel", "ha_tls", CREATE, 50),
    ("HAProxy, HTTP/2, http-keep-alive 1ms: create-channel", "ha_h2", CREATE, 50),
    ("HAProxy, HTTP/2, http-keep-alive 1ms: list-users", "ha_h2", LIST, 12),
    ("nginx, 5 requests a second, 503: list-users", "limit_503", LIST, 2),
    ("nginx, 5 requests a second, 429: list-users", "limit_429", LIST, 2),
]
TLS = {"h2_three", "h2_one", "short", "abrupt_tls", "ha_tls", "ha_h2"}
# What must happen once for each run that succeeds.
WRITES = {CREATE[0]: "POST /api/v4/channels", SEND[0]: "POST /api/v4/posts"}


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def certificate(folder):
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "server.key", "-out", "server.pem"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    both = (folder / "server.pem").read_text() + (folder / "server.key").read_text()
    (folder / "both.pem").write_text(both)


@contextlib.contextmanager
def running(name, command, ports):
    """A program of the machine's, until this is left; nothing where it is missing."""
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if path is None:
        print(f"{name} is not installed: its scenarios are left out")
        yield False
        return
    process = subprocess.Popen([path, *command])
    try:
        for port in ports:
            wait_for(port, process)
        yield True
    finally:
        process.terminate()
        process.wait()


def wait_for(port, process):
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit(f"nothing listens at port {port}")


def run(soar, url, command, folder):
    """One run, and in a few words how it ended."""
    environment = {
        "MATTERMOST_URL": url,
        "MATTERMOST_ACCESS_TOKEN": "bottokenbottokenbottoken26",
        "MATTERMOST_PERSONAL_ACCESS_TOKEN": "pattokenpattokenpattoken26",
        "MATTERMOST_TEAM_NAME": "panw",
        "SOAR_CACHE": str(folder / "cache"),
        "HOME": str(folder),
    }
    command = [word.format(file=folder / "report.txt") for word in command]
    arguments = [soar, "run", *command, "--live", "--json"]
    if url.startswith("https:"):
        arguments += ["--set", "insecure=true"]
    began = time.monotonic()
    ran = subprocess.run(arguments, env=environment, cwd=folder, capture_output=True, text=True)
    took = time.monotonic() - began
    if ran.returncode == 0:
        return "ok", took
    try:
        error = json.loads(ran.stdout)["error"]
        return f"{error['kind']}: {' '.join(error['message'].split())[:160]}", took
    except (ValueError, KeyError):
        return f"exit code {ran.returncode}: {ran.stderr.strip()[:160]}", took


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("soar", nargs="?", default=HERE / "../../target/debug/soar", type=pathlib.Path)
    parser.add_argument("--only", default="", help="scenarios with this in their name")
    parser.add_argument("--times", type=float, default=1, help="so many times as often")
    return parser.parse_args()


def main():
    given = arguments()
    soar = given.soar.resolve(strict=True)
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = pathlib.Path(name)
        certificate(folder)
        (folder / "report.txt").write_text("All is well.\n" * 1000)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "both.pem")
        upstream, servers = Server(), {"abrupt": Server(abrupt=True), "abrupt_tls": Server(abrupt=True, tls=context)}
        ports = {name: free_port() for name in PORTS}
        for file in ["nginx.conf", "haproxy.cfg"]:
            text = (HERE / file).read_text().format(folder=folder, upstream=upstream.port, **ports)
            (folder / file).write_text(text)
        nginx = ["-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx.log")]
        if os.geteuid() == 0:
            # Or its workers were somebody who may not write to this folder.
            nginx += ["-g", "user root;"]
        of_haproxy = [port for port in PORTS if port.startswith("ha_")]
        of_nginx = [port for port in PORTS if port not in of_haproxy]
        there = {*servers}
        if stack.enter_context(running("nginx", nginx, [ports[port] for port in of_nginx])):
            there.update(of_nginx)
        haproxy = ["-q", "-f", str(folder / "haproxy.cfg")]
        if stack.enter_context(running("haproxy", haproxy, [ports[port] for port in of_haproxy])):
            there.update(of_haproxy)
        ports.update({name: server.port for name, server in servers.items()})
        for name, place, command, times in SCENARIOS:
            if place in there and given.only in name:
                scheme = "https" if place in TLS else "http"
                url = f"{scheme}://127.0.0.1:{ports[place]}"
                times = max(1, round(times * given.times))
                tell(name, servers.get(place, upstream), times, lambda: run(soar, url, command, folder), command[0])


def tell(name, server, times, one, command):
    """Runs a scenario and prints its line, and one for each way in which it failed."""
    before, endings, longest = server.counts.copy(), collections.Counter(), 0
    for _ in range(times):
        ending, took = one()
        endings[ending] += 1
        longest = max(longest, took)
    good = endings.pop("ok", 0)
    line = f"{name}: {good} of {times}, {longest:.1f} s at most"
    if command in WRITES:
        done = (server.counts - before)[WRITES[command]]
        line += f"; done {done} times"
        if done > times:
            line += ", MORE THAN ASKED FOR"
    print(line, flush=True)
    for ending, count in endings.most_common():
        print(f"    {count} × {ending}", flush=True)


if __name__ == "__main__":
    main()
