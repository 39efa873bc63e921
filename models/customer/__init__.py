"""The customer and what describes it."""

from .address import Address, AddressRole
from .contact import ALERTS, Channel, Contact, ContactRole, NotificationSetting, Topic
from .distinct import NotDuplicate
from .document import Document, DocumentCategory, DocumentState
from .note import Note, NoteKind
from .party import AccountClass, Customer, CustomerState, Flag, Kind, PaymentType, Source
from .reseller import PriceLevel, Reseller
from .tag import CustomerTag, Tag

__all__ = [
    "ALERTS",
    "AccountClass",
    "Address",
    "AddressRole",
    "Channel",
    "Contact",
    "ContactRole",
    "Customer",
    "CustomerState",
    "CustomerTag",
    "Document",
    "DocumentCategory",
    "DocumentState",
    "Flag",
    "Kind",
    "NotDuplicate",
    "Note",
    "NoteKind",
    "NotificationSetting",
    "PaymentType",
    "PriceLevel",
    "Reseller",
    "Source",
    "Tag",
    "Topic",
]
