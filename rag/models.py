"""Passages for retrieval, and the answers given from them."""

import re
import uuid
from datetime import timedelta
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Brand, Document, Product

from .care import CuratedAnswer as CuratedAnswer
from .care import CuratedChange as CuratedChange
from .care import CuratedSource as CuratedSource
from .care import DocumentQuestions as DocumentQuestions
from .models_search import LoggedSearch as LoggedSearch  # Django looks for models here


class IndexedDocument(models.Model):
    """Says which state of a document the passages show: where the hashes differ, the document is stale.

    `names` and `model_numbers` find the document itself by what it is about (rag.fts keeps a full-text index of them).
    """

    document = models.OneToOneField(Document, models.CASCADE, primary_key=True, related_name="index_state")
    fingerprint = models.CharField(max_length=64)
    names = models.TextField(blank=True)  # title, product names, brand, words of the address
    model_numbers = models.TextField(blank=True)  # normalised, of title, products and the document's own subject
    indexed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return str(self.document_id)


class ChangedDocument(models.Model):
    """A document that is said to have changed, until the index has taken it. Not a foreign key: it may be deleted."""

    document_id = models.BigIntegerField(primary_key=True)
    since = models.DateTimeField(db_index=True)  # of the last change

    def __str__(self) -> str:
        return str(self.document_id)


class Word(models.Model):
    """A stem that stands in passages, for what is begun or mistyped. FTS5 tells its words only with their counts, which
    it counts each time: for the words that begin with two letters that takes as long as a whole search.

    `frequency` is about in how many passages it was stored; passages that are gone again are not taken off.
    """

    term = models.CharField(max_length=64, primary_key=True)
    frequency = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.term


class Chunk(models.Model):
    """A passage: a run of text of one document under one heading, with the words that find it."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="chunks")
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    page = models.PositiveIntegerField(default=1)  # where it begins, counted from 1
    last_page = models.PositiveIntegerField(default=1)
    order = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=10, blank=True)
    title = models.TextField(blank=True)  # document title, product names, brand
    model_numbers = models.TextField(blank=True)  # normalised model numbers of title and products
    heading = models.TextField(blank=True)  # heading path
    text = models.TextField()
    mended = models.TextField(blank=True)  # words that the layout of `text` hides (rag.chunk.mended), for matching only

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        ordering = ["document", "order"]
        indexes = [models.Index(fields=["document", "order"])]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.order}"


class SearchSynonym(models.Model):
    """Words that mean the same to a searcher; a search for `term` also finds `synonyms`."""

    term = models.CharField(_("term"), max_length=100, unique=True)
    synonyms = models.TextField(_("synonyms"), help_text=_("One a line."))
    language = models.CharField(_("language"), max_length=10, blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["term"]

    def __str__(self) -> str:
        return self.term


class Conversation(models.Model):
    """Questions of one visitor that belong together. Who knows its `share_key` may read it; empty: nobody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    language = models.CharField(max_length=10, blank=True)
    share_key = models.CharField(max_length=43, blank=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return str(self.id)


# A producer that has not written for so long has died. Seconds.
LEASE_TIMEOUT = 10
# So many producers may begin an answer: the first, and one that takes over.
MAX_PRODUCERS = 2


class AnswerState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    STREAMING = "streaming", _("being written")
    DONE = "done", _("done")
    STOPPED = "stopped", _("stopped")


class FeedbackReason(models.TextChoices):
    WRONG = "wrong", _("it is wrong")
    OTHER_MODEL = "model", _("it is about another model")
    INCOMPLETE = "incomplete", _("something is missing")
    UNCLEAR = "unclear", _("hard to understand")
    NOT_FOUND = "not_found", _("it found nothing, and there is something")


class Answer(models.Model):
    """One question and its answer. The row is the truth: one producer writes it, every stream follows it.

    waiting ──► streaming ──► done
       └────────────┴───────► stopped

    A producer holds the row's lease: `take` gives it to one, and a `write` that finds the lease with somebody else, or
    the answer stopped, ends the producer.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="answers")
    question = models.TextField(_("question"))
    asked = models.TextField(_("understood as"), blank=True)  # with what was said before; empty: as it stands
    language = models.CharField(_("language"), max_length=10, blank=True)
    brand = models.ForeignKey(Brand, models.SET_NULL, null=True, blank=True, related_name="+")
    product = models.ForeignKey(Product, models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField(_("answer"), blank=True)
    advice = models.TextField(_("advice"), blank=True)  # of safety, and what is discontinued; one a line
    state = models.CharField(
        _("state"), max_length=10, choices=AnswerState.choices, default=AnswerState.WAITING, db_index=True
    )
    sources = models.JSONField(_("sources"), default=list, blank=True)
    provider = models.CharField(_("provider"), max_length=40, blank=True)
    notice = models.CharField(_("notice"), max_length=300, blank=True)
    abstained = models.BooleanField(_("abstained"), default=False)
    feedback = models.SmallIntegerField(_("feedback"), default=0)  # 1 helpful, -1 not helpful, 0 none
    reason = models.CharField(_("reason"), max_length=10, choices=FeedbackReason.choices, blank=True)
    comment = models.CharField(_("comment"), max_length=500, blank=True)  # what the visitor says beside the reason
    reuse_key = models.CharField(max_length=64, blank=True, db_index=True)  # rag.reuse
    reused = models.BooleanField(_("from an earlier answer"), default=False)
    tokens = models.PositiveIntegerField(_("tokens"), default=0)  # sent to and received from a model, about
    lease = models.CharField(max_length=32, blank=True)  # the producer that writes this row
    lease_at = models.DateTimeField(null=True, blank=True)
    producers = models.PositiveSmallIntegerField(default=0)  # that have begun
    created_at = models.DateTimeField(auto_now_add=True)
    retrieval_ms = models.PositiveIntegerField(null=True, blank=True)
    first_words_ms = models.PositiveIntegerField(null=True, blank=True)
    total_ms = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["created_at", "state", "abstained"], name="answers_by_time")]

    def __str__(self) -> str:
        return self.question[:80]

    def get_absolute_url(self) -> str:
        return reverse("rag:answer", args=[self.pk])

    @property
    def reasons(self) -> list[tuple[str, Any]]:
        """What may be said against it."""
        found_nothing = FeedbackReason.NOT_FOUND
        return [(value, name) for value, name in FeedbackReason.choices if value != found_nothing or self.abstained]

    @property
    def wording(self) -> str:
        """The question as it is to be answered: complete, where it followed on another."""
        return self.asked or self.question

    @property
    def is_quoted_in_another_language(self) -> bool:
        """Hebrew was asked for, and what was put together from the sources has none."""
        plain = self.provider == "extractive" and bool(self.text) and not self.abstained
        return plain and self.language == "he" and not re.search(r"[\u05d0-\u05ea]", self.text)

    @property
    def is_over(self) -> bool:
        return self.state in (AnswerState.DONE, AnswerState.STOPPED)

    @property
    def is_unattended(self) -> bool:
        """Nobody writes it: it waits, or its producer has died."""
        if self.state == AnswerState.STREAMING:
            return self.lease_at is None or self.lease_at < timezone.now() - timedelta(seconds=LEASE_TIMEOUT)
        return self.state == AnswerState.WAITING

    def take(self) -> str | None:
        """Become the producer. Returns the lease; None where another is, it is over, or too many have died of it."""
        lease, now = uuid.uuid4().hex, timezone.now()
        dead = models.Q(state=AnswerState.STREAMING, lease_at__lt=now - timedelta(seconds=LEASE_TIMEOUT))
        free = models.Q(state=AnswerState.WAITING) | (dead & models.Q(producers__lt=MAX_PRODUCERS))
        won = Answer.objects.filter(free, pk=self.pk).update(
            state=AnswerState.STREAMING,
            lease=lease,
            lease_at=now,
            producers=models.F("producers") + 1,
            text="",
            sources=[],
            notice="",
            advice="",
        )
        self.refresh_from_db()
        return lease if won else None

    def write(self, lease: str, **fields: Any) -> bool:
        """Change fields as the producer, and renew the lease. False: the lease is lost, or the answer was stopped."""
        fields["lease_at"] = timezone.now()
        mine = Answer.objects.filter(pk=self.pk, lease=lease, state=AnswerState.STREAMING)
        if not mine.update(**fields):
            return False
        for name, value in fields.items():
            setattr(self, name, value)
        return True

    def stop(self, notice: str = "") -> bool:
        """End it with what there is. False: it was over already."""
        running = Answer.objects.filter(pk=self.pk, state__in=[AnswerState.WAITING, AnswerState.STREAMING])
        stopped = running.update(state=AnswerState.STOPPED, lease="", notice=notice)
        self.refresh_from_db()
        return bool(stopped)


class Evaluation(models.Model):
    """A question set answered by `manage.py evaluate`: figures of all questions, and of each kind."""

    name = models.CharField(max_length=200)
    provider = models.CharField(max_length=40)
    figures = models.JSONField(default=dict)
    kinds = models.JSONField(default=dict)
    ran_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ["-ran_at"]

    def __str__(self) -> str:
        return self.name
