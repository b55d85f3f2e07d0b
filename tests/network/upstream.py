"""A Mattermost of a few routes, for what stands in front of it, and a server that ends each connection unannounced."""

import collections
import http.server
import json
import socketserver
import ssl
import threading
import urllib.parse

USERS = 5000


def identity(name):
    return (name + "0" * 26)[:26]


class Server(socketserver.ThreadingTCPServer):
    """Counts what was asked of it. One that is abrupt ends each connection after an answer that doesn't say so."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, abrupt=False, tls=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.abrupt, self.tls = abrupt, tls
        self.counts, self.lock = collections.Counter(), threading.Lock()
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def finish_request(self, request, client):
        if self.tls:
            request = self.tls.wrap_socket(request, server_side=True)
        super().finish_request(request, client)
        if self.tls:
            try:
                request.unwrap()
            except (OSError, ssl.SSLError):
                pass
            request.close()

    def handle_error(self, request, client):
        """Clients hang up as they like."""

    def taken(self, line):
        """Counts a request that was done."""
        with self.lock:
            self.counts[line] += 1


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def answer(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        url = urllib.parse.urlsplit(self.path)
        self.server.taken(f"{self.command} {url.path}")
        status, value = self.value(url, body)
        text = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
        self.wfile.flush()
        if self.server.abrupt:
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def value(self, url, body):
        query = dict(urllib.parse.parse_qsl(url.query))
        match [self.command, *url.path.split("/")[3:]]:
            case ["GET", "teams", "name", name]:
                return 200, {"id": identity("team"), "name": name, "display_name": name, "type": "O"}
            case ["GET", "teams", "name", _, "channels", "name", name] | ["GET", "teams", _, "channels", "name", name]:
                return 200, {"id": identity("channel"), "name": name, "display_name": name, "type": "O"}
            case ["GET", "users"]:
                first = int(query.get("page", 0)) * int(query.get("per_page", 60))
                last = min(first + int(query.get("per_page", 60)), USERS)
                return 200, [{"id": identity(f"user{n}x"), "username": f"user-{n}"} for n in range(first, last)]
            case ["GET", "users", "me"]:
                return 200, {"id": identity("robot"), "username": "robot"}
            case ["POST", "channels"]:
                return 201, {**json.loads(body), "id": identity("new")}
            case ["POST", "files"]:
                return 201, {"file_infos": [{"id": identity("file"), "size": len(body)}], "client_ids": []}
            case ["POST", "posts"]:
                return 201, {**json.loads(body), "id": identity("post")}
            case _:
                return 404, {"id": "api.context.404.app_error", "message": "none", "status_code": 404}
