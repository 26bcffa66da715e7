"""Stored files on their way to a browser. Their bytes came from elsewhere, so the type decides what they may do."""

from collections.abc import AsyncIterator
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from asgiref.sync import sync_to_async
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header, http_date

from .models import Document
from .queries import is_public
from .thumbnails import thumbnail

BLOCK = 256 * 1024  # bytes
PICTURES = {
    ".webp": "image/webp",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".avif": "image/avif",
}
# Shown in the browser; whatever else a site may have sent (HTML above all) is only saved.
SHOWN = {"application/pdf": "application/pdf", "text/plain": "text/plain; charset=utf-8"}
DAY = 86400
WITHDRAWN = "private, no-store"  # staff alone read it, and others may sit at the same computer
# The browser's own PDF viewer is a page with plug-in and styles, which the site's policy would stop.
OF_A_PDF = "base-uri 'none'; frame-ancestors 'none'"


async def _blocks(file: "File[bytes]") -> AsyncIterator[bytes]:
    try:
        while block := await sync_to_async(file.read, thread_sensitive=False)(BLOCK):
            yield block
    finally:
        file.close()


def send(request: HttpRequest, file: "File[bytes]", content_type: str) -> StreamingHttpResponse:
    """The file, block by block; under ASGI without reading it into memory first."""
    content = _blocks(file) if isinstance(request, ASGIRequest) else file.chunks(BLOCK)
    response = StreamingHttpResponse(content, content_type=content_type)
    response.headers["Content-Length"] = str(file.size)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def file_name(document: Document) -> str:
    """The name that the file had where it came from, else one made of the title."""
    original = PurePosixPath(unquote(urlsplit(document.url.removeprefix("file:")).path)).name
    suffix = PurePosixPath(document.file.name or "").suffix
    return original if original.lower().endswith(suffix.lower()) and suffix else f"{document.title[:100]}{suffix}"


def send_document(request: HttpRequest, document: Document) -> StreamingHttpResponse:
    if not document.file.name or not document.file.storage.exists(document.file.name):
        raise Http404
    shown = SHOWN.get(document.mime_type)
    response = send(request, document.file.open("rb"), shown or "application/octet-stream")
    disposition = content_disposition_header(as_attachment=not shown, filename=file_name(document))
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["Cache-Control"] = f"private, max-age={DAY}" if is_public(document) else WITHDRAWN
    if document.mime_type == "application/pdf":
        response.headers["Content-Security-Policy"] = OF_A_PDF
    return response


def send_picture(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """A stored picture or logo, by `?w=` in one of the widths of catalog.thumbnails.

    Anything that is no picture is not found, and so is a name that leads elsewhere.
    """
    content_type = PICTURES.get(PurePosixPath(name).suffix.lower(), "")
    known = name.startswith(("media/", "logos/")) and ".." not in name.split("/")
    if not known or not content_type or not default_storage.exists(name):
        raise Http404
    wanted = request.GET.get("w", "")
    name = thumbnail(name, int(wanted)) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 5 else name
    response = send(request, default_storage.open(name), PICTURES[PurePosixPath(name).suffix.lower()])
    # The names of products' pictures are hashes of what is in them; a logo may be replaced under its name.
    response.headers["Cache-Control"] = f"public, max-age={(7 if name.startswith('logos/') else 90) * DAY}"
    response.headers["Last-Modified"] = http_date(default_storage.get_modified_time(name).timestamp())
    return response
