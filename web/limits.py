"""How much one request may send."""

from flask import Flask, request

from config import Config

LARGEST_BODY = 16 * 1024 * 1024
AROUND_A_FILE = 1024 * 1024
LARGEST_FORM = 1024 * 1024  # all fields of a form together, files apart
MOST_FIELDS = 2000


def install(app: Flask, config: Config) -> None:
    # A file that is a little too large is refused at its field, a far larger one is not even read.
    largest = max(LARGEST_BODY, config.document_mb * 2**20 * 3 // 2 + AROUND_A_FILE)
    app.config.update(
        MAX_CONTENT_LENGTH=largest, MAX_FORM_MEMORY_SIZE=LARGEST_FORM, MAX_FORM_PARTS=MOST_FIELDS
    )

    @app.before_request
    def limit_plain_forms() -> None:
        # Werkzeug holds only multipart forms to MAX_FORM_MEMORY_SIZE.
        if request.mimetype == "application/x-www-form-urlencoded":
            request.max_content_length = LARGEST_FORM
