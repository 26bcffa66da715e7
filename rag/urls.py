from django.urls import URLPattern, path

from . import stream, views_ask, views_conversation, views_search

app_name = "rag"
urlpatterns: list[URLPattern] = [
    path("search/", views_search.search, name="search"),
    path("ask/", views_ask.ask, name="ask"),
    path("ask/<uuid:pk>/", views_ask.answer, name="answer"),
    path("ask/<uuid:pk>/stream/", stream.answer_stream, name="answer_stream"),
    path("ask/<uuid:pk>/stop/", views_ask.stop, name="answer_stop"),
    path("ask/<uuid:pk>/feedback/", views_ask.feedback, name="feedback"),
    path("ask/<uuid:pk>/text/", views_conversation.as_text, name="answer_text"),
    path("ask/<uuid:pk>/share/", views_conversation.share, name="share"),
    path("ask/suggestions/", views_conversation.product_questions, name="product_questions"),
    path("ask/<uuid:pk>/next/", views_conversation.next_questions, name="next_questions"),
    path("shared/<str:key>/", views_conversation.shared, name="shared"),
]
