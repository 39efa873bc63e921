"""The pages of a table's list: the list, its export, and what its forms look up."""

from flask import Response, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import expose

from models.base import Table, db, target_of
from models.screen import lowered, plural_of
from operations import trail
from queries.filters import Unknown, handle
from queries.links import far_end, links_of
from queries.listing import Asked, asked, conditions, count
from queries.lookup import lookup
from queries.search import TooLong
from queries.views import with_view

from . import exports
from .gate import needs, signed_in
from .list_page import ListMaker
from .operate import same_as
from .reader import look, place, viewer


class ListPages:
    """The part of a table's pages that lists its rows."""

    model: type[Table]
    url: str

    def ask(self) -> Asked:
        given = self.given()
        if "\x00" in request.full_path or "%00" in request.full_path:
            abort(400, "The address holds a character that no search can hold.")
        try:
            return asked(self.model, given, viewer(), place())
        except Unknown as unknown:
            abort(400, str(unknown))

    def given(self) -> dict[str, list[str]]:
        """The address, with the filters of the view that it names."""
        return dict(with_view(self.model, {name: request.args.getlist(name) for name in request.args}))

    @expose("/")
    @needs("{table}.read")
    def index_view(self) -> ResponseReturnValue:
        maker = ListMaker(db.session(), self.ask(), viewer(), place(), look(), self.url + "/", self.given())
        page = maker.make()
        response = Response(render_template("admin/model/list.html", page=page))
        response.status_code = 400 if page.error else 200
        response.vary.add("HX-Request")
        if "HX-Request" in request.headers:
            response.headers["HX-Push-Url"] = maker.here()
        return response

    @expose("/export/<kind>")
    @needs("{table}.read", "{table}.export")
    def export(self, kind: str) -> ResponseReturnValue:
        if kind not in exports.KINDS:
            abort(404)
        ask, session = self.ask(), db.session()
        if ask.problems:
            abort(400, " ".join(ask.problems.values()))
        try:
            total = count(session, ask, conditions(session, ask, viewer(), place()))
        except TooLong as problem:
            abort(400, str(problem))
        if total > exports.LIMIT and not viewer().may(f"{self.model.__tablename__}.export_all"):
            many = f"This is more than {exports.LIMIT:,} rows."
            abort(403, f"{many} Narrow the list, or ask for the right to export all.")
        maker = ListMaker(session, ask, viewer(), place(), look(), self.url + "/", {})
        trail.exported(session, self.model, viewer(), f"{kind}: {maker.sentence() or 'everything'}")
        make, mimetype = exports.KINDS[kind]
        rows = exports.records(db.engine, ask, viewer(), place())
        body = make(rows, exports.names_of(self.model, viewer()))
        name = f"{self.model.__tablename__}.{kind}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(body, mimetype=mimetype, headers=headers)

    @expose("/lookup/<relation>/")
    @expose("/lookup/<relation>/<by>/")
    @signed_in
    def lookup(self, relation: str, by: str = "id") -> ResponseReturnValue:
        """At most 50 records that a key or a tie of this table could point at."""
        target = self.target(relation)
        column = self.model.__table__.c.get(relation)
        known = column is not None and column.info.get("known") and viewer().may_read(self.model)
        if not (known or viewer().may_read(target)):
            abort(403, f"You may not read {lowered(plural_of(target))}.")
        text, owner = request.args.get("q", "")[:200], same_as(column)
        rows = lookup(db.session(), target, text, viewer(), place(), owner=owner)
        word = handle if by == "word" else lambda row: row.id
        return jsonify([{"value": word(row), "text": str(row)} for row in rows])

    def target(self, name: str) -> type[Table]:
        ties = links_of(self.model)
        if name in ties:
            return far_end(ties[name])
        column = self.model.__table__.c.get(name)
        if column is None or not column.foreign_keys:
            abort(404)
        return target_of(column)
