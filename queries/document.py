"""Ways to a document's file, and the documents that wait for someone."""

from models.customer import Document

from .declare import action, queue


@action(Document, "Download", group="download", permission="document.download")
def download(document: Document) -> str:
    return f"/admin/document/{document.id}/file/"


@queue(Document, "Documents to approve", order=70, group="file-check")
def to_approve() -> str:
    return "state=pending"
