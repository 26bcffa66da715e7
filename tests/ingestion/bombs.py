"""PDFs that are made to cost memory or time: small files of large contents."""

import zlib

PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]"
CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"


def built(*objects: bytes) -> bytes:
    """A PDF of these objects, the first of which is its catalogue."""
    out, places = b"%PDF-1.5\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n%strailer<</Size %d/Root 1 0 R>>" % (len(objects) + 1, table, len(objects) + 1)
    return out + head + b"\nstartxref\n%d\n%%%%EOF" % len(out)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(data), data)


def packed(unit: bytes, times: int) -> bytes:
    way = zlib.compressobj(9)
    return stream(b"".join([*(way.compress(unit) for _ in range(times)), way.flush()]), b"/Filter/FlateDecode")


def with_content(content: bytes) -> bytes:
    return built(CATALOG, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", PAGE, content, FONT)


def forms_in_forms() -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>/Contents 4 0 R>>"
    inner = [
        stream(b"/X Do " * 10, FORM + b"/Resources<</XObject<</X %d 0 R>>>>" % (number + 1)) for number in range(5, 17)
    ]
    kids = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
    return built(CATALOG, kids, page, stream(b"/X Do " * 10), *inner, stream(b"", FORM))


def many_pages() -> bytes:
    kids = b" ".join([b"3 0 R"] * 100_000)
    words = stream(b"BT /F 9 Tf 10 10 Td (A page) Tj ET")
    return built(CATALOG, b"<</Type/Pages/Count 100000/Kids[%s]>>" % kids, PAGE, words, FONT)


BOMBS = {
    "600 MB of spaces": with_content(packed(b" " * 1_000_000, 600)),
    "100 MB of text": with_content(packed(b"BT /F 9 Tf 10 10 Td (abcdefghij klmnop) Tj ET " * 20_000, 100)),
    "14 million lines": with_content(packed(b"1 1 m 2 2 l S " * 70_000, 200)),
    "forms in forms": forms_in_forms(),
}
