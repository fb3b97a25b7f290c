"""Owns the headers of every answer: what the browser may load, run, keep and reveal."""

from __future__ import annotations

from flask import Flask, Response, request

#: Everything comes from this host, nothing runs or styles inline, and there is no exception.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Flask-WTF checks where a form over HTTPS was sent from; other hosts learn nothing.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def install(app: Flask) -> None:
    """Add the headers to every answer of `app`."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    # Files that were handed in come with a policy that is stricter still.
    stricter = response.headers.get("Content-Security-Policy")
    response.headers.update(HEADERS)
    if stricter is not None:
        response.headers["Content-Security-Policy"] = stricter
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
