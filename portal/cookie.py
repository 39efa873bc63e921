"""The cookie that says who is signed in to the portal; the panel has one of its own and reads no other."""

from flask import Flask, Response, current_app, request

from config import Config

NAME = "recordroom_portal"
LONGEST = 64


def configure(app: Flask, config: Config) -> None:
    app.config["PORTAL_COOKIE"] = f"__Host-{NAME}" if config.is_secure else NAME


def read() -> str:
    token = request.cookies.get(current_app.config["PORTAL_COOKIE"], "")
    return token if len(token) <= LONGEST else ""


def give(response: Response, token: str) -> Response:
    name, secure = current_app.config["PORTAL_COOKIE"], current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(name, token, httponly=True, secure=secure, samesite="Lax", path="/")
    return response


def take(response: Response) -> Response:
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.delete_cookie(current_app.config["PORTAL_COOKIE"], path="/", secure=secure, httponly=True)
    return response
