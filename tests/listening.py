"""A mail server and a webhook on this machine, which keep what they are told."""

import json
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Heard:
    """What a server was told, in order; mails as they were sent, logins as they came."""

    address: str = ""
    told: list[Any] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, in one file."""
    file = folder / "certificate.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    subprocess.run(
        [*command.split(), "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", file, "-out", folder / "public.pem"],
        check=True,
        capture_output=True,
    )
    file.write_text(file.read_text() + (folder / "public.pem").read_text())
    return file


@contextmanager
def mail_server(*, tls: Path | None = None, from_the_start: bool = False) -> Iterator[Heard]:
    """A mail server; with a certificate it offers STARTTLS, or speaks TLS from the start, and takes any login."""
    heard = Heard()
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if tls:
        secure.load_cert_chain(tls)

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            try:
                self.talk()
            except (OSError, ValueError):
                return  # the client went away

        def over_tls(self) -> None:
            self.connection = secure.wrap_socket(self.connection, server_side=True)
            self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")

        def say(self, *lines: str) -> None:
            self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())
            self.wfile.flush()

        def talk(self) -> None:
            if from_the_start:
                self.over_tls()
            self.say("220 here")
            while line := self.rfile.readline().decode().strip():
                verb = line.split(" ")[0].upper()
                if verb == "EHLO":
                    self.say("250-here", *(["250-STARTTLS"] if tls else []), "250 AUTH PLAIN")
                elif verb == "STARTTLS":
                    self.say("220 go on")
                    self.over_tls()
                elif verb == "AUTH":
                    heard.logins.append(line)
                    self.say("235 welcome")
                elif verb == "DATA":
                    self.say("354 go on")
                    lines = []
                    while (line := self.rfile.readline()) != b".\r\n":
                        lines.append(line)
                    heard.told.append(b"".join(lines))
                    self.say("250 taken")
                else:
                    self.say("221 bye" if verb == "QUIT" else "250 ok")

    with serving(socketserver.TCPServer(("127.0.0.1", 0), Session)) as port:
        heard.address = f"127.0.0.1:{port}"
        yield heard


@contextmanager
def webhook() -> Iterator[Heard]:
    """A webhook that takes everything."""
    heard = Heard()

    class Request(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep quiet."""

    with serving(HTTPServer(("127.0.0.1", 0), Request)) as port:
        heard.address = f"http://127.0.0.1:{port}/"
        yield heard


@contextmanager
def serving(server: socketserver.TCPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
