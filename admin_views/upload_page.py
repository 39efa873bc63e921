"""The page on which a file is handed over to a table that takes files in."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from markupsafe import Markup
from wtforms import Form

from models.base import Table, db
from models.screen import plural_of
from operations.errors import Refused
from operations.uploads import Upload, uploads

from . import form_shapes, operate_form, shapes
from .cells import record_path
from .gate import needs
from .help import help_path
from .reader import place, viewer
from .widgets import attributes

FILE = "file"  # the field that the file comes in


class Uploading:
    """The part of a table's pages that takes files in."""

    model: type[Table]
    url: str

    @expose("/upload/", methods=("GET", "POST"))
    @needs("{table}.read", "{table}.upload")
    def upload_page(self) -> ResponseReturnValue:
        said, session = uploads[self.model], db.session()
        sent = request.form if request.method == "POST" else None
        form = operate_form.form_of(session, said.questions, viewer(), place(), "", sent, {})
        if sent is None:
            return self.show_upload(said, form)
        error = "" if request.files.get(FILE) else "Choose a file."
        if form.validate() and not error:
            try:
                made = self.take_in(said, form)
                flash(f"“{made}” is taken in.", "success")
                return redirect(record_path(self.model, made.id))
            except Refused as refused:
                session.rollback()
                if refused.field in form:
                    form[refused.field].errors = [refused.text]
                else:
                    error = refused.text
        return self.show_upload(said, form, error), 422

    def take_in(self, said: Upload, form: Form) -> Any:
        file, session = request.files[FILE], db.session()
        answers = operate_form.answers_of(form, said.questions)
        made = said.make(session, file.stream, file.filename or "", **answers)
        session.commit()
        return made

    def show_upload(self, said: Upload, form: Form, error: str = "") -> str:
        page = form_shapes.FormPage(
            title=said.title,
            lede=said.says,
            crumbs=[shapes.Link(plural_of(self.model), f"{self.url}/")],
            action=f"{self.url}/upload/",
            cancel=f"{self.url}/",
            submit="Upload",
            fieldsets=[
                form_shapes.Fieldset("", [_file(said, error), *operate_form.inputs(form, said.questions)])
            ],
            reason=False,
            help=help_path(self.model.screen.help),
            multipart=True,
        )
        return render_template("admin/model/form.html", page=page)


def taking_in(view: type[Any], model: type[Table]) -> type[Any]:
    """The view of a table, with this page where its table takes files in."""
    return type(f"Upload{view.__name__}", (Uploading, view), {}) if model in uploads else view


def _file(said: Upload, error: str) -> form_shapes.Input:
    wrong = {"aria_invalid": "true", "aria_describedby": "ask-file-error"} if error else {}
    told = attributes(
        type="file", id="ask-file", name=FILE, required=True, accept=said.accept or None, **wrong
    )
    html = Markup('<input class="form-control" {}>').format(told)
    errors = [error] if error else []
    return form_shapes.Input(FILE, "File", html, "ask-file", errors=errors, required=True, wide=True)
