"""A blog of somebody else's, with buttons as its authors pasted them.

It is another site than the platform for a browser (`localhost`, not `127.0.0.1`), and
it knows of the platform only what stands in the snippets. Its own policy allows no
inline script or style: a button must work there too.

    python -m local.blog --port 8001 --site http://127.0.0.1:8000
"""

from __future__ import annotations

import argparse
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from local.blog_pages import Blog


def handler_of(blog: Blog) -> type[BaseHTTPRequestHandler]:
    policy = (
        "default-src 'none'; base-uri 'none'; style-src 'self'; "
        f"script-src {blog.site}; connect-src {blog.site}; img-src 'self' {blog.site}; "
        f"frame-src {blog.site}"
    )

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            found = blog.answer(path)
            media_type, content = found or ("text/plain", b"There is nothing here.\n")
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", policy)
            for name, value in blog.headers(path).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            """Its visitors are nobody's business."""

    return Handler


def serve(port: int, site: str) -> ThreadingHTTPServer:
    """The blog's server, bound to `port` (0: any that is free) and not yet running."""
    server = ThreadingHTTPServer(("127.0.0.1", port), BaseHTTPRequestHandler)
    here = os.environ.get("FLATTR_DEMO_BLOG_URL") or (
        f"http://localhost:{server.server_port}"
    )
    server.RequestHandlerClass = handler_of(Blog(site, here))
    return server


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--site", default="http://127.0.0.1:8000")
    options = parser.parse_args()
    serve(options.port, options.site).serve_forever()


if __name__ == "__main__":
    main()
