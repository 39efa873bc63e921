"""Encrypting what has to be read again: the links and passwords of messages that are not sent yet."""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .installation import installation


class Unreadable(ValueError):
    """Sealed with another key, or damaged."""


def seal(text: str) -> str:
    return _cipher(installation().key).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    try:
        return _cipher(installation().key).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable("sealed with another key") from error


@lru_cache(maxsize=4)
def _cipher(key: str) -> Fernet:
    if not key:
        raise RuntimeError("there is no key to encrypt with; call settle() of operations/installation.py")
    # The key may be the one that signs cookies: deriving keeps the two uses apart.
    derived = HKDF(SHA256(), length=32, salt=None, info=b"message secrets").derive(key.encode())
    return Fernet(urlsafe_b64encode(derived))
