"""The mail templates as shipped."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.message import MessageTemplate
from operations.shipped_mail import LOCALE, shipped


def ensure_templates(session: Session) -> None:
    """Add the templates that are missing. One that exists may have been edited and stays as it is."""
    ours = MessageTemplate.locale == LOCALE
    stored = set(session.scalars(sa.select(MessageTemplate.code).where(ours)))
    for code, words in sorted(shipped().items()):
        if code not in stored:
            said = {"code": code, "topic": words.topic, "channel": words.channel}
            said |= {"subject": words.subject, "body": words.body}
            session.add(MessageTemplate(locale=LOCALE, **said))
    session.flush()
