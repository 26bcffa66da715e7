"""Records of search and answers for staff. What machines write can be looked up; what staff write, they edit."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .models import Answer, Chunk, Conversation, CuratedAnswer, SearchSynonym


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Rows that machines write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Answer)
class AnswerAdmin(ReadOnlyAdmin):
    list_display = [
        "short_question",
        "outcome",
        "feedback",
        "provider",
        "language",
        "brand",
        "first_words_ms",
        "created_at",
    ]
    list_filter = ["state", "abstained", "feedback", "provider", "language", "created_at", "brand"]
    search_fields = ["question", "text"]
    date_hierarchy = "created_at"
    list_select_related = ["brand"]
    fields = [
        "question",
        "text",
        "state",
        "abstained",
        "feedback",
        "notice",
        "provider",
        "language",
        "brand",
        "product",
        "sources",
        "retrieval_ms",
        "first_words_ms",
        "total_ms",
        "producers",
        "created_at",
        "conversation",
    ]

    @admin.display(description=_("question"), ordering="question")
    def short_question(self, answer: Answer) -> str:
        return answer.question[:90] + ("…" if len(answer.question) > 90 else "")

    @admin.display(description=_("outcome"), ordering="state")
    def outcome(self, answer: Answer) -> str:
        return str(_("not found")) if answer.abstained else str(answer.get_state_display())


class AnswerInline(admin.TabularInline[Any, Any]):
    model = Answer
    fields = ["question", "text", "state", "abstained", "feedback", "created_at"]
    readonly_fields = ["question", "text", "state", "abstained", "feedback", "created_at"]
    extra = 0
    can_delete = False
    show_change_link = True
    ordering = ["created_at"]

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    list_display = ["id", "language", "questions", "created_at"]
    list_filter = ["language", "created_at"]
    search_fields = ["answers__question"]
    inlines = [AnswerInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(questions_n=Count("answers"))

    @admin.display(description=_("questions"), ordering="questions_n")
    def questions(self, conversation: Any) -> int:
        return int(conversation.questions_n)


@admin.register(CuratedAnswer)
class CuratedAnswerAdmin(ReadOnlyAdmin):
    """Staff edit these on their own page, which checks the sources and keeps each change; here they are looked up."""

    list_display = ["question", "language", "product", "active", "needs_review", "updated_at", "editor"]
    list_filter = ["active", "needs_review", "language"]
    search_fields = ["question", "answer"]
    list_select_related = ["product"]
    fields = ["editor", "question", "answer", "language", "product", "documents", "active", "review_reason"]

    @admin.display(description=_("edit"))
    def editor(self, curated: CuratedAnswer) -> str:
        return format_html('<a href="{}">{}</a>', reverse("rag:curated", args=[curated.pk]), _("Open the editor"))


@admin.register(SearchSynonym)
class SearchSynonymAdmin(admin.ModelAdmin[SearchSynonym]):
    list_display = ["term", "means", "language", "active"]
    list_filter = ["language", "active"]
    list_editable = ["active"]
    search_fields = ["term", "synonyms"]

    @admin.display(description=_("synonyms"))
    def means(self, synonym: SearchSynonym) -> str:
        return ", ".join(synonym.synonyms.split("\n"))[:120]


@admin.register(Chunk)
class ChunkAdmin(ReadOnlyAdmin):
    list_display = ["document", "page", "heading_end", "language", "beginning"]
    list_filter = ["language", "brand"]
    search_fields = ["document__title", "heading", "text"]
    list_select_related = ["document"]
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=_("heading"))
    def heading_end(self, chunk: Chunk) -> str:
        return chunk.heading[-60:]

    @admin.display(description=_("text"))
    def beginning(self, chunk: Chunk) -> str:
        return chunk.text[:80]
