"""How much one request may send."""

from flask import Flask, request

LARGEST_BODY = 16 * 1024 * 1024
LARGEST_FORM = 1024 * 1024  # all fields of a form together, files apart
MOST_FIELDS = 2000


def install(app: Flask) -> None:
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY, MAX_FORM_MEMORY_SIZE=LARGEST_FORM, MAX_FORM_PARTS=MOST_FIELDS
    )

    @app.before_request
    def limit_plain_forms() -> None:
        # Werkzeug holds only multipart forms to MAX_FORM_MEMORY_SIZE.
        if request.mimetype == "application/x-www-form-urlencoded":
            request.max_content_length = LARGEST_FORM
