"""Facts in words: what happened, what to do, and where that is done, in the language of the reader."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from halilit.ops import troubles

from .facts import Fact
from .models import ProblemKind as Kind


@dataclass(frozen=True)
class Told:
    """`title` and `what` say what is, `todo` what to do; `address` is the place, `action` what its link is called."""

    title: str
    what: str
    todo: str
    address: str
    action: str


def tell(fact: Fact) -> Told:
    return TELLERS[fact.kind](fact)


def name_of(fact: Fact) -> str:
    return fact.brand.name if fact.brand else ""


def run_failed(fact: Fact) -> Told:
    plan = fact.said.get("plan")
    todo = _("Open the run to see why, and scrape the brand again. If its address has changed, change it at its desk.")
    if plan:
        todo = _("It is set aside after several failures. Mend the cause, then let it be visited by itself again.")
    run = fact.said.get("run")
    address = reverse("ingestion:run", args=[run]) if run else desk(fact)
    if plan:
        address = reverse("ingestion:plan", args=[fact.brand.pk]) if fact.brand else desk(fact)
    title = _("The scrape of %(brand)s failed") % {"brand": name_of(fact)}
    return Told(title, fact.said["error"], todo, address, _("Open"))


def fewer_pages(fact: Fact) -> Told:
    said = fact.said
    return Told(
        _("%(brand)s returned far fewer pages than last time") % {"brand": name_of(fact)},
        _("%(has)d addresses could be read; the run before had %(had)d.") % said,
        _("Compare both runs: the site may have moved, or it keeps us out. Nothing is deleted meanwhile."),
        f"{reverse('console:compare')}?run={said['run']}&with={said['before']}",
        _("Compare the runs"),
    )


def documents_gone(fact: Fact) -> Told:
    n = fact.said["n"]
    return Told(
        _("Documents of %(brand)s are gone from its site") % {"brand": name_of(fact)},
        ngettext(
            "%d document is no longer there. Its copy here stays readable.",
            "%d documents are no longer there. Their copies here stay readable.",
            n,
        )
        % n,
        _("Look whether newer versions took their place; upload them, or ask the brand."),
        f"{reverse('coverage:brand', args=[fact.brand.slug])}?state=gone"
        if fact.brand
        else reverse("coverage:overview"),
        _("Show them"),
    )


def upload_refused(fact: Fact) -> Told:
    n = fact.said["n"]
    return Told(
        ngettext("%d file that was sent could not be read", "%d files that were sent could not be read", n) % n,
        _("The newest is %(name)s.") % {"name": fact.said["name"]},
        _("The list says why. Ask for a better copy, and send that."),
        reverse("ingestion:upload") + (f"?brand={quote(fact.brand.slug)}" if fact.brand else "") + "#received",
        _("Show the files"),
    )


def disk_low(fact: Fact) -> Told:
    return Told(
        _("The disk is nearly full"),
        _("%(free)s are free where the data are kept. Without room nothing more can be stored.")
        % {"free": filesizeformat(fact.said["free"])},
        _("Make room on the disk, or have the data moved to a larger one. Stop scrapes until then."),
        reverse("ops:staff") + "#worker-title",
        _("Stop the scrapes"),
    )


def backup_late(fact: Fact) -> Told:
    return Told(
        _("There is no recent backup"),
        _("None has been made for more than two days. If the disk failed now, what came since would be lost."),
        _("Whoever operates the server runs “manage.py backup”, and looks why the night’s did not."),
        reverse("ops:staff"),
        _("Open"),
    )


def provider_failing(fact: Fact) -> Told:
    return Told(
        _("The language model %(name)s fails") % {"name": fact.said["provider"]},
        _("Answers are put together from the sources meanwhile, so visitors still get one."),
        _("Look at what went wrong: the key, the quota and the service’s own state. It is tried again by itself."),
        reverse("rag:questions") + "?outcome=failed&days=7",
        _("Show the answers"),
    )


def worker_silent(fact: Fact) -> Told:
    if fact.brand is None:
        return Told(
            _("Task clusters are not running"),
            _("%(alive)d of %(wanted)d report themselves. Scrapes, uploads and the index stand still.") % fact.said,
            _("Start them again: whoever operates the server runs “make run”, or both “manage.py qcluster”."),
            reverse("ops:staff") + "#workers-title",
            _("Show the workers"),
        )
    return Told(
        _("Nothing is heard of the scrape of %(brand)s") % {"brand": name_of(fact)},
        _("Its worker has not reported itself for a while, or none has taken it up."),
        _("It is taken up again as soon as a worker is free. Cancel it if it stays like this."),
        reverse("ingestion:run", args=[fact.said["run"]]),
        _("Open"),
    )


def quoted(fact: Fact) -> str:
    return " ".join(_("“%(text)s”") % {"text": Truncator(text).chars(90)} for text in fact.said["examples"])


def about_answers(fact: Fact, *, title: str, todo: str, outcome: str, action: str) -> Told:
    address = f"{reverse('rag:questions')}?outcome={outcome}&days=7"
    return Told(title % fact.said["n"], quoted(fact), todo, address, action)


def unanswered(fact: Fact) -> Told:
    n = fact.said["n"]
    return about_answers(
        fact,
        title=ngettext("%d question had no answer in the last week", "%d questions had no answer in the last week", n),
        todo=_("Write the answer, add a synonym, or upload the manual that it stands in."),
        outcome="abstained",
        action=_("Answer them"),
    )


def low_rated(fact: Fact) -> Told:
    n = fact.said["n"]
    return about_answers(
        fact,
        title=ngettext("%d answer did not help in the last week", "%d answers did not help in the last week", n),
        todo=_("Read what visitors say about them, and write a better answer."),
        outcome="disliked",
        action=_("Read them"),
    )


def to_review(fact: Fact) -> Told:
    n = fact.said["n"]
    return Told(
        ngettext("%d answer by staff needs review", "%d answers by staff need review", n) % n,
        _("What they cite has changed, so visitors do not get them for now."),
        _("Look at each, mend it, and say that it is right."),
        reverse("rag:curated_answers"),
        _("Review them"),
    )


def desk(fact: Fact) -> str:
    return reverse("console:brand", args=[fact.brand.slug]) if fact.brand else reverse("ops:staff")


def storage_failing(fact: Fact) -> Told:
    todo = _("Free some space or mount the disk for writing; where a program holds the database for long, end it.")
    return Told(
        _("Nothing can be stored"),
        fact.said["reason"] or troubles.told(fact.said["met"]).title,
        todo + " " + _("Nothing that was stored is lost, and work goes on by itself."),
        reverse("ops:staff"),
        _("Open"),
    )


TELLERS: dict[str, Any] = {
    Kind.RUN_FAILED: run_failed,
    Kind.FEWER_PAGES: fewer_pages,
    Kind.DOCUMENTS_GONE: documents_gone,
    Kind.UPLOAD_REFUSED: upload_refused,
    Kind.DISK_LOW: disk_low,
    Kind.BACKUP_LATE: backup_late,
    Kind.STORAGE_FAILING: storage_failing,
    Kind.PROVIDER_FAILING: provider_failing,
    Kind.WORKER_SILENT: worker_silent,
    Kind.UNANSWERED: unanswered,
    Kind.LOW_RATED: low_rated,
    Kind.TO_REVIEW: to_review,
}
