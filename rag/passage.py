"""What retrieval hands out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Passage:
    """A passage with all that showing, citing and scoring it needs; `score` grows with fitness.

    `doc_name` is the stored file's name, or the URL of a web page; `page` and `last_page` count from 1.
    """

    chunk_id: int
    document_id: int
    document_title: str
    url: str
    doc_name: str
    kind: str
    mime_type: str
    brand_id: int
    brand_name: str
    brand_slug: str
    product_names: tuple[str, ...]
    page: int
    last_page: int
    heading: str
    text: str
    language: str
    score: float = 0.0

    @property
    def is_paged(self) -> bool:
        return self.mime_type == "application/pdf" or self.url.startswith("file:")

    @property
    def pages(self) -> list[int]:
        """The pages it stands on; none for a web page."""
        return list(range(self.page, self.last_page + 1)) if self.is_paged else []
