"""Whoever installs it is told where keys and questions would go in clear to another host."""

import pytest
from django.core.checks import Tags, run_checks


@pytest.fixture
def told(settings, monkeypatch):
    def checked(**given) -> list[str]:
        for name, value in given.items():
            if name == "DATABASES":
                monkeypatch.setitem(settings.DATABASES, "default", value["default"])
            else:
                setattr(settings, name, value)
        found = run_checks(tags=[Tags.security], include_deployment_checks=True)
        return [message.msg.split()[0] for message in found if message.id == "halilit.W001"]

    return checked


def test_as_it_comes_nothing_goes_in_clear(told):
    assert told() == []


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"LLM_URL": "http://models.example/v1"}, "HALILIT_LLM_URL"),
        ({"S3_URL": "http://10.0.0.5:9000"}, "HALILIT_S3_URL"),
        ({"NOTIFY_WEBHOOK": "http://chat.example/hook"}, "HALILIT_NOTIFY_WEBHOOK"),
        ({"SENTRY_DSN": "http://key@errors.example/1"}, "SENTRY_DSN"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "mail.example"}, "EMAIL_URL"),
        ({"DATABASES": {"default": {"HOST": "db.example", "OPTIONS": {"sslmode": "prefer"}}}}, "DATABASE_URL"),
    ],
)
def test_each_service_of_another_host_is_named(told, given, named):
    assert told(**given) == [named]


@pytest.mark.parametrize(
    "given",
    [
        {"LLM_URL": "https://models.example/v1", "S3_URL": "http://localhost:9000", "SENTRY_DSN": "http://k@127.0.0.1/1"},
        {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "mail.example", "EMAIL_USE_TLS": True},
        {"DATABASES": {"default": {"HOST": "db.example", "OPTIONS": {"sslmode": "verify-full"}}}},
        {"DATABASES": {"default": {"HOST": "/run/postgresql", "OPTIONS": {}}}},
    ],
)  # fmt: skip
def test_what_is_encrypted_or_stays_on_this_machine_is_not(told, given):
    assert told(**given) == []
