"""Response headers and the Flask settings that go with them."""

from datetime import timedelta

from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Config

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FIXED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # "no-referrer" would also make browsers send "Origin: null" with our own forms, see origin.py.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}
TWO_YEARS = "max-age=63072000; includeSubDomains"


def configure(app: Flask, config: Config) -> None:
    app.config.update(
        SECRET_KEY=config.secret_key,
        TESTING=config.environment == "test",
        TRUSTED_HOSTS=list(config.trusted_hosts),
        PREFERRED_URL_SCHEME="https" if config.is_secure else "http",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=config.session_hours),
        SESSION_COOKIE_SECURE=config.is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    if config.trusted_proxies:
        # The host is never taken from a header: links use the configured one.
        count = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]


def install(app: Flask, config: Config) -> None:
    fixed = FIXED | ({"Strict-Transport-Security": TWO_YEARS} if config.is_secure else {})

    @app.after_request
    def add_headers(response: Response) -> Response:
        if g.get("frames_own"):  # a page that shows another page of ours within it
            response.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
        for name, value in fixed.items():
            response.headers.setdefault(name, value)
        # Pages hold personal data. Static files set their own rule in assets.py.
        if request.endpoint != "asset" or response.status_code >= 400:
            response.headers["Cache-Control"] = "no-store"
        return response
