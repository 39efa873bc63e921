"""What was used: calls, messages and data, by the record, by the day and by the session."""

from .alert import AlertKind, UsageAlert
from .file import FileWay, UsageFile, UsageFileState, UsageFormat, UsageRefusal
from .record import DeviceType, UsageDay, UsageKind, UsageRecord, UsageState
from .session import DataSession

__all__ = [
    "AlertKind",
    "DataSession",
    "DeviceType",
    "FileWay",
    "UsageAlert",
    "UsageDay",
    "UsageFile",
    "UsageFileState",
    "UsageFormat",
    "UsageKind",
    "UsageRecord",
    "UsageRefusal",
    "UsageState",
]
