import stat

import pytest

from config import Config, Misconfigured

KEY = "0123456789abcdefghijklmnopqrstuvwxyz"
PRODUCTION = {
    "RECORDROOM_ENV": "production",
    "SECRET_KEY": KEY,
    "PUBLIC_URL": "https://desk.example.com",
    "DATABASE_URL": "postgres://desk@db.example.com/desk",
}


def read(tmp_path, **said):
    return Config.from_env(said, instance=tmp_path)


def test_nothing_has_to_be_said_for_development(tmp_path):
    config = read(tmp_path)
    assert config.environment == "development"
    assert config.database_url == f"sqlite:///{tmp_path}/recordroom.db"
    assert (config.host, config.port) == ("127.0.0.1", 8000)


def test_the_key_of_a_checkout_is_made_once_and_readable_by_its_owner_only(tmp_path):
    first = read(tmp_path)
    assert read(tmp_path).secret_key == first.secret_key
    assert len(first.secret_key) == 64
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_damaged_key_stops_the_start(tmp_path):
    (tmp_path / "secret_key").write_text("short")
    with pytest.raises(Misconfigured, match="delete it"):
        read(tmp_path)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_name_of_postgresql_means_psycopg(tmp_path, scheme):
    config = read(tmp_path, DATABASE_URL=f"{scheme}://desk:p%40ss@db/desk")
    assert config.database_url == "postgresql+psycopg://desk:p%40ss@db/desk"


def test_production_starts_when_everything_is_said(tmp_path):
    config = read(tmp_path, **PRODUCTION)
    assert config.is_production and config.is_secure
    assert config.trusted_hosts[0] == "desk.example.com"
    assert not (tmp_path / "secret_key").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY has 5 characters"),
        ({"SECRET_KEY": "change-me-change-me-change-me-change-me"}, "placeholder"),
        ({"SECRET_KEY": "x" * 40}, "placeholder"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL is missing"),
        ({"PUBLIC_URL": "http://desk.example.com"}, "needs https"),
        ({"PUBLIC_URL": "https://desk.example.com/app"}, "scheme and host only"),
    ],
)
def test_production_refuses_what_is_missing_or_weak(tmp_path, change, words):
    with pytest.raises(Misconfigured, match=words):
        read(tmp_path, **PRODUCTION | change)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "٨٠"),
        ("CUSTOMERS", "-5"),
        ("RECORDROOM_ENV", "prod"),
        ("LOG_LEVEL", "loud"),
        ("SESSION_HOURS", "1e9"),
        ("DATABASE_URL", "mysql://db/desk"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "nonsense"),
        ("TRUSTED_HOSTS", "*.example.com"),
        ("TRUSTED_PROXIES", "1"),
        ("HOST", "0.0.0.0"),
    ],
)
def test_a_wrong_or_half_set_value_stops_the_start_and_names_itself(tmp_path, name, value):
    with pytest.raises(Misconfigured, match=f"^{name} "):
        read(tmp_path, **{name: value})


def test_a_password_of_the_database_is_in_no_message_and_in_no_repr(tmp_path):
    assert "p4ss" not in repr(read(tmp_path, DATABASE_URL="postgresql://desk:p4ss@db/desk"))
    with pytest.raises(Misconfigured) as refused:
        read(tmp_path, DATABASE_URL="postgresql://desk:p4ss@db:port/desk")
    assert "p4ss" not in str(refused.value)


def test_a_host_open_to_others_is_fine_once_it_has_a_name(tmp_path):
    config = read(tmp_path, HOST="0.0.0.0", TRUSTED_HOSTS="desk.local, desk")
    assert config.trusted_hosts[:2] == ("desk.local", "desk")


def test_without_a_mail_server_mails_go_to_a_folder_but_not_in_production(tmp_path):
    assert read(tmp_path).mailbox == tmp_path / "mailbox"
    assert read(tmp_path, **PRODUCTION).mailbox is None


def test_a_mail_server_needs_a_sender(tmp_path):
    url = "smtp://desk:p%40ss@mail.example.com:587?starttls"
    with pytest.raises(Misconfigured, match="^MAIL_FROM is missing"):
        read(tmp_path, SMTP_URL=url)
    config = read(tmp_path, SMTP_URL=url, MAIL_FROM="desk@example.com", APP_NAME="Müller, Inc.")
    assert (config.smtp_url, config.mail_from) == (url, '"Müller, Inc." <desk@example.com>')
    assert config.mailbox is None and "p%40ss" not in repr(config)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com",
        "http://mail.example.com",
        "smtp://",
        "smtp://mail:port",
        "smtp://[::1",
        "smtp://mail/path",
        "smtp://mail?tls",
        "smtps://mail?starttls",
        "smtp://desk:p4ss@mail.example.com",
    ],
)
def test_a_mail_server_that_cannot_be_used_stops_the_start(tmp_path, url):
    with pytest.raises(Misconfigured, match="^SMTP_URL ") as refused:
        read(tmp_path, SMTP_URL=url, MAIL_FROM="desk@example.com")
    assert "p4ss" not in str(refused.value)


@pytest.mark.parametrize("sender", ["desk", "desk@", "Desk <desk example.com>", "a@b\nBcc: c@d"])
def test_a_sender_that_is_no_address_stops_the_start(tmp_path, sender):
    with pytest.raises(Misconfigured, match="^MAIL_FROM "):
        read(tmp_path, MAIL_FROM=sender)


def test_a_weak_key_for_mails_stops_the_start(tmp_path):
    with pytest.raises(Misconfigured, match="^ENCRYPTION_KEY has 5"):
        read(tmp_path, ENCRYPTION_KEY="short")
    with pytest.raises(Misconfigured, match="^ENCRYPTION_KEY is a placeholder"):
        read(tmp_path, **PRODUCTION, ENCRYPTION_KEY="x" * 40)


def test_text_messages_have_a_gateway_a_token_and_a_sender(tmp_path):
    said = {"SMS_URL": "https://sms.example.com/messages", "SMS_TOKEN": "t0ken", "SMS_FROM": "Desk 24"}
    config = read(tmp_path, **said, DOCUMENT_MB="25")
    assert (config.sms_url, config.sms_token, config.sms_from) == tuple(said.values())
    assert (config.document_mb, config.documents) == (25, tmp_path / "documents")
    assert "t0ken" not in repr(config)
    assert read(tmp_path, SMS_URL="http://127.0.0.1:9000/").sms_url


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"SMS_TOKEN": "t0ken"}, "SMS_TOKEN is set without SMS_URL"),
        ({"SMS_FROM": "Desk"}, "SMS_FROM is set without SMS_URL"),
        ({"SMS_URL": "sms.example.com"}, "SMS_URL is not an address"),
        ({"SMS_URL": "ftp://sms.example.com"}, "SMS_URL is not an address"),
        ({"SMS_URL": "https://user:pass@sms.example.com"}, "SMS_URL is not an address"),
        ({"SMS_URL": "https://sms.example.com:x/"}, "SMS_URL is not an address"),
        ({"SMS_URL": "http://sms.example.com/"}, "in the clear"),
        ({"SMS_URL": "https://sms.example.com/", "SMS_TOKEN": "a\nb"}, "SMS_TOKEN holds"),
        ({"SMS_URL": "https://sms.example.com/", "SMS_FROM": "A name that is long"}, "at most 11"),
        ({"DOCUMENT_MB": "0"}, "DOCUMENT_MB"),
        ({"DOCUMENT_MB": "101"}, "DOCUMENT_MB"),
    ],
)
def test_half_a_gateway_stops_the_start(tmp_path, said, words):
    with pytest.raises(Misconfigured, match=words):
        read(tmp_path, **said)
