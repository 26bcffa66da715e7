"""Who may open what: every address of the site, asked by everybody, compared with the tables in docs/roles.md.

The addresses come from the URL configuration and the admin's registry, so that a new one without an entry fails here.
"""

import re
import uuid
from collections import defaultdict
from pathlib import Path

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, get_resolver

from halilit.roles import Role
from tests.people import staff_as

DOC = Path(__file__).resolve().parents[2] / "docs" / "roles.md"
PEOPLE = ("visitor", *(str(role) for role in Role))
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SAMPLES = {
    "int": "987654",
    "uuid": str(uuid.UUID(int=7)),
    "path": "nothing",
    "anyslug": "nothing",
    "app_label": "catalog",
}
NO_ROUTES = ("openapi-json", "openapi-view", "api-root", "api_unknown")  # beside those of the API


def patterns(resolver=None, before=""):
    for each in (resolver or get_resolver()).url_patterns:
        address = before + str(each.pattern).removeprefix("^").removesuffix("$")
        if isinstance(each, URLPattern):
            yield address, each
        else:
            yield from patterns(each, address)


def own_addresses():
    """Each address outside the records under /admin/, as the URL configuration writes it."""
    models = {f"admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry}
    for address, pattern in patterns():
        # What a ModelAdmin adds by itself belongs to the other table; an address of ours below it does not.
        rest = next((address.removeprefix(model) for model in models if address.startswith(model)), None)
        stock = ("", "add/", "<path:object_id>/history/", "<path:object_id>/delete/", "<path:object_id>/change/",
                 "<path:object_id>/")  # fmt: skip
        if rest is None or rest not in stock:
            yield "/" + re.sub(r"\(\?P<(\w+)>.*?\)(?=/|$)", r"<\1>", address), pattern


def filled(address):
    return re.sub(r"<(?:(\w+):)?(\w+)>", lambda found: SAMPLES.get(found[1] or found[2], "nothing"), address)


def table(heading):
    """Rows of the table below a heading: first cell without its marks, then the others."""
    part = DOC.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split("|") for line in part.splitlines() if line.startswith("| `")]
    return {cells[0].strip().strip("`"): [cell.strip() for cell in cells[1:]] for cells in rows}


@pytest.fixture
def people(db):
    clients = {name: Client(raise_request_exception=False) for name in PEOPLE}
    for role in Role:
        clients[str(role)].force_login(staff_as(role, name=str(role)))
    return clients


def opens(client, method, address):
    """Yes or no; None where the address takes no such request."""
    body = ("{}", "application/json") if address.startswith("/api/") else ("", "application/x-www-form-urlencoded")
    response = client.generic(method, filled(address), *body, REMOTE_ADDR="203.0.113.7")
    if response.status_code == 405:
        return None
    to_login = response.status_code == 302 and "/login/" in response["Location"]
    return not (to_login or response.status_code in (401, 403))


def line(entry, allowed):
    return f"| `{entry}` | " + " | ".join("yes" if each else "–" for each in allowed) + " |"


def test_every_address_is_open_to_those_whom_the_table_names(people):
    """What takes only GET needs one row, `GET /address`; a form's page also `POST /address`."""
    told, found = table("Addresses"), {}
    for address, pattern in sorted(own_addresses(), key=lambda each: "logout" in each[0]):  # it would end the visits
        routes = address.startswith("/api/") and pattern.name not in NO_ROUTES
        closed = address.startswith(("/staff/", "/admin/", "/api/", "/metrics"))
        for method in METHODS if routes else METHODS[:1] if pattern.name in NO_ROUTES else METHODS[:2]:
            first = opens(people["operator"], method, address)
            if first is None:
                continue
            # Pages for everybody: what is open to a stranger is so to all.
            asked = {name: opens(people[name], method, address) for name in (PEOPLE[:-1] if closed else PEOPLE[:1])}
            allowed = [first if name == "operator" else asked.get(name, asked["visitor"]) for name in PEOPLE]
            found[f"{method} {address}"] = line(f"{method} {address}", allowed)
    said = {entry: f"| `{entry}` | " + " | ".join(cells) + " |" for entry, cells in told.items()}
    wrong = sorted(row for entry, row in found.items() if said.get(entry) != row)
    assert not wrong, "These rows of docs/roles.md are missing or do not say what is true:\n" + "\n".join(wrong)
    gone = sorted(set(said) - set(found))
    assert not gone, "docs/roles.md names what is no longer there:\n" + "\n".join(gone)


def test_records_are_seen_and_changed_by_those_whom_the_table_names(people, rf):
    """Letters for see, add, change and delete, of every model under /admin/, as its own pages decide."""
    told, found = table("Records"), defaultdict(list)
    for name in PEOPLE:
        request = rf.get("/admin/")
        request.user = staff_of(people[name])
        for model, records in admin.site._registry.items():
            may = records.get_model_perms(request) if request.user else {}
            letters = "".join(
                letter
                for letter, verb in zip("sacd", ("view", "add", "change", "delete"), strict=True)
                if may.get(verb)
            )
            found[f"{model._meta.app_label}.{model._meta.model_name}"].append(letters or "–")
    rows = {entry: f"| `{entry}` | " + " | ".join(cells) + " |" for entry, cells in found.items()}
    said = {entry: f"| `{entry}` | " + " | ".join(cells) + " |" for entry, cells in told.items()}
    wrong = sorted(row for entry, row in rows.items() if said.get(entry) != row)
    assert not wrong, "These rows of docs/roles.md are missing or do not say what is true:\n" + "\n".join(wrong)
    assert not set(said) - set(rows), "docs/roles.md names what is no longer there."


def staff_of(client):
    from django.contrib.auth import get_user

    request = type("Request", (), {"session": client.session, "META": {}})()
    user = get_user(request)
    return user if user.is_authenticated else None


@pytest.mark.parametrize(("address", "status"), [("", 200), ("add/", 200)])
def test_the_pages_of_records_ask_for_those_rights(people, address, status):
    synonyms = f"/admin/rag/searchsynonym/{address}"
    assert people["editor"].get(synonyms).status_code == status
    assert people["visitor"].get(synonyms).status_code == 302
    assert people["viewer"].get("/admin/halilit/apitoken/").status_code == 403


def test_who_is_refused_reads_what_is_missing_and_whom_to_ask(people, admin_user):
    page = people["viewer"].post("/staff/worker/stop/")
    assert page.status_code == 403
    text = page.content.decode()
    assert "change worker" in text and "operator" in text and admin_user.email in text
    hebrew = people["viewer"].get("/admin/halilit/apitoken/", headers={"Accept-Language": "he"})
    assert hebrew.status_code == 403 and 'dir="rtl"' in hebrew.content.decode()


def test_a_program_is_refused_with_the_permission_that_is_missing(people):
    told = people["editor"].post("/api/worker/stop", "{}", "application/json")
    assert told.status_code == 403 and "change worker" in told.json()["detail"]


def test_migrating_again_keeps_roles_as_they_are_written(db):
    from django.contrib.auth.models import Group

    from halilit.roles import refresh

    viewers = Group.objects.get(name="viewer")
    viewers.permissions.clear()
    refresh()
    assert viewers.permissions.filter(codename="view_brand").exists()
    assert not viewers.permissions.filter(codename__startswith="change_").exists()


def test_nobody_names_a_function_for_the_queue_by_a_form(admin_client):
    """A schedule is any function of Python with its arguments: not even a superuser of the site is one of the server."""
    from django_q.models import Schedule

    kept = Schedule.objects.create(func="ingestion.tasks.keep", name="kept")
    told = {"func": "os.system", "args": "'id'", "schedule_type": "O", "repeats": -1, "name": "x"}
    told |= {"next_run_0": "2020-01-01", "next_run_1": "00:00"}
    assert admin_client.get("/admin/django_q/schedule/").status_code == 200
    for address in ("add/", f"{kept.pk}/change/", f"{kept.pk}/delete/"):
        assert admin_client.post(f"/admin/django_q/schedule/{address}", told | {"post": "yes"}).status_code == 403
    assert (
        not Schedule.objects.exclude(func__startswith="ingestion.")
        .exclude(func__startswith="halilit.")
        .exclude(func__startswith="rag.")
        .exists()
    )
