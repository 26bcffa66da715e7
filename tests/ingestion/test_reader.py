"""The child process that reads pages and pictures: what it gives, and what it costs when it is lost."""

import asyncio
import io
import os
import pickle
import signal

import pytest
from PIL import Image

from ingestion import frames
from ingestion.errors import TryLater, Unreadable
from ingestion.reader import Reader

PAGE = "<html lang=en><body><main><h1>Meridian 61</h1><p>A keyboard with sixty-one keys and a long sustain.</p></main>"


def pid_of(reader: Reader) -> int:
    assert reader._child is not None
    return reader._child.pid


async def page(reader: Reader, html: str = PAGE, *, glance: bool = False):
    return await reader.page(
        url="http://site.example/a", body=html.encode(), content_type="text/html", brand="Lyra", glance=glance
    )


def reading(work):
    """Runs `work(reader)` with a reader that is closed afterwards, and gives its process id back too."""

    async def whole():
        reader = Reader()
        try:
            return await work(reader), pid_of(reader)
        finally:
            await reader.close()

    return asyncio.run(whole())


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_pages_and_pictures_are_read_and_nothing_is_left_behind():
    picture = io.BytesIO()
    Image.new("RGB", (3000, 1500), "teal").save(picture, "PNG")

    async def work(reader: Reader):
        return await asyncio.gather(page(reader), reader.picture(picture.getvalue()), page(reader))

    (first, stored, again), pid = reading(work)
    assert first.title == "Meridian 61" and first == again
    assert (stored.width, stored.height) == (1200, 600) and Image.open(io.BytesIO(stored.webp)).size == (1200, 600)
    assert not lives(pid)


def test_a_page_that_scripts_put_together_is_named_for_the_browser():
    shell = "<body><main><div id=app></div></main><script src=app.js></script>"
    (reason, read), _ = reading(lambda reader: asyncio.gather(page(reader, shell, glance=True), page(reader, shell)))
    assert reason == "it has no text without scripts" and read.text == ""


def test_what_cannot_be_read_says_so_and_the_next_page_can():
    deep = "<div>" * 200_000

    async def work(reader: Reader):
        with pytest.raises(Unreadable):
            await page(reader, deep)
        with pytest.raises(Unreadable, match="picture"):
            await reader.picture(b"no picture")
        return await page(reader)

    assert reading(work)[0].title == "Meridian 61"


@pytest.mark.parametrize(("number", "first"), [(signal.SIGKILL, TryLater), (signal.SIGSEGV, Unreadable)])
def test_a_reader_that_is_lost_costs_the_page_it_read_and_comes_again(number, first):
    async def work(reader: Reader):
        await page(reader)
        os.kill(pid_of(reader), signal.SIGSTOP)
        waiting = [asyncio.ensure_future(page(reader)) for _ in range(2)]
        await asyncio.sleep(0.1)
        os.kill(pid_of(reader), number)
        os.kill(pid_of(reader), signal.SIGCONT)
        lost = await asyncio.gather(*waiting, return_exceptions=True)
        return [type(problem) for problem in lost], (await page(reader)).title

    assert reading(work)[0] == ([first, TryLater], "Meridian 61")


def test_a_picture_of_the_largest_size_fits_into_the_memory():
    picture = io.BytesIO()
    Image.new("RGBA", (16_000, 1_800), "teal").save(picture, "PNG", compress_level=1)

    stored, _ = reading(lambda reader: reader.picture(picture.getvalue()))
    assert (stored.width, stored.height) == (1200, 135)


def test_only_our_records_come_out_of_a_frame():
    with pytest.raises(pickle.UnpicklingError, match="no record"):
        frames.unpack(pickle.dumps(os.getcwd))
    assert frames.unpack(frames.pack(frames.Answer("reason"))[frames.LENGTH :]) == frames.Answer("reason")
