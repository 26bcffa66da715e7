"""What is kept beside answers: answers written by staff with their sources and history, and questions to offer."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Document, Product


class DocumentQuestions(models.Model):
    """Questions that a document answers, by language (`{"en": ["…"]}`), made of the state that `fingerprint` names."""

    document = models.OneToOneField(Document, models.CASCADE, primary_key=True, related_name="+")
    fingerprint = models.CharField(max_length=64)
    questions = models.JSONField(default=dict)
    made_at = models.DateTimeField(auto_now=True, db_index=True)

    def __str__(self) -> str:
        return str(self.document_id)


class CuratedAnswer(models.Model):
    """An answer written by staff, preferred whenever its question is asked."""

    question = models.TextField(_("question"))
    answer = models.TextField(_("answer"))
    language = models.CharField(_("language"), max_length=10, default="en")
    product = models.ForeignKey(Product, models.SET_NULL, null=True, blank=True, related_name="+")
    documents = models.ManyToManyField(Document, blank=True, related_name="+")
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True, editable=False)
    # A cited document changed or vanished since: it is not given as an answer until staff have looked at it.
    needs_review = models.BooleanField(_("needs review"), default=False, db_index=True, editable=False)
    review_reason = models.CharField(_("why"), max_length=300, blank=True, editable=False)
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("curated answer")
        verbose_name_plural = _("curated answers")
        ordering = ["question"]

    def __str__(self) -> str:
        return self.question[:80]


class CuratedSource(models.Model):
    """A passage on which a curated answer rests; `[1]` in its text cites the first. `quote` stands on that page."""

    curated = models.ForeignKey(CuratedAnswer, models.CASCADE, related_name="sources")
    # None: it was deleted since; `title` says what it was.
    document = models.ForeignKey(Document, models.SET_NULL, null=True, related_name="+", verbose_name=_("document"))
    title = models.CharField(_("title"), max_length=500, blank=True)
    page = models.PositiveIntegerField(_("page"), default=1)
    quote = models.TextField(_("passage"), blank=True, help_text=_("Word for word, as the page has it."))

    class Meta:
        verbose_name = _("source of a curated answer")
        verbose_name_plural = _("sources of curated answers")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.document or self.title}, {self.page}"


class CuratedAction(models.TextChoices):
    WRITTEN = "written", _("written")
    CHANGED = "changed", _("changed")
    CHECKED = "checked", _("checked")
    DOUBTED = "doubted", _("needs review")
    SWITCHED_OFF = "off", _("switched off")
    SWITCHED_ON = "on", _("switched on")


class CuratedChange(models.Model):
    """Who did what to a curated answer, and when. Nobody: a cited document changed."""

    curated = models.ForeignKey(CuratedAnswer, models.CASCADE, related_name="changes")
    action = models.CharField(max_length=10, choices=CuratedAction.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    detail = models.CharField(max_length=300, blank=True)
    before = models.TextField(blank=True)  # the answer as it was
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("change of a curated answer")
        verbose_name_plural = _("changes of curated answers")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.curated_id}: {self.action}"
