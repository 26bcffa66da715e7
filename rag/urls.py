from django.urls import URLPattern, path

from . import stream, views_ask, views_care, views_conversation, views_evaluation, views_search, views_searches

app_name = "rag"
urlpatterns: list[URLPattern] = [
    path("search/", views_search.search, name="search"),
    path("search/log/", views_searches.log, name="log_search"),
    path("staff/searches/", views_searches.searches, name="searches"),
    path("staff/searches/synonym/", views_searches.add_synonym, name="add_synonym"),
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
    path("staff/questions/", views_care.questions, name="questions"),
    path("staff/questions.csv", views_care.questions_csv, name="questions_csv"),
    path("staff/questions/curated/", views_care.curated_answers, name="curated_answers"),
    path("staff/questions/curated/new/", views_care.new_curated, name="new_curated"),
    path("staff/questions/curated/<int:pk>/", views_care.curated, name="curated"),
    path("staff/questions/curated/<int:pk>/source/", views_care.curated_source, name="curated_source"),
    path("staff/questions/curated/<int:pk>/approve/", views_care.approve_curated, name="approve_curated"),
    path("staff/evaluation/", views_evaluation.evaluation, name="evaluation"),
]
