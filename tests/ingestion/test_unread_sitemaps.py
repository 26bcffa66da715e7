"""A worker is killed while sitemaps are read beside the pages: the next one goes on with them."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Brand
from ingestion import services
from ingestion.discovery import MOST_LOST, Reading
from ingestion.models import IngestionRun
from tests.installation import Installation, wait_until

from .site import Site, page, serve, text

PARTS = 8
CODE = """
from django.core.management import call_command; from ingestion import discovery
discovery.DISCOVERY_SECONDS = 1.0
call_command("scrape", "Tonewerk", inline=True)
"""


def with_sitemaps(site: Site) -> None:
    """Each sitemap names a page that nothing else leads to, and takes its time."""
    site.answers["/robots.txt"] = text("\n".join(f"Sitemap: {site.base}/part-{n}.xml" for n in range(PARTS)))
    site.answers["/"] = page("Home")
    for n in range(PARTS):
        urls = f"<url><loc>{site.base}/only-{n}</loc></url>"
        site.answers[f"/part-{n}.xml"] = text(f'<?xml version="1.0"?><urlset>{urls}</urlset>', "application/xml")
        site.answers[f"/only-{n}"] = page(f"Page {n}")
    site.delays |= {"/part-1.xml": 1.5, "/part-4.xml": 5.0}


@pytest.mark.processes
def test_a_killed_worker_costs_the_sitemap_that_it_was_reading_a_second_request_and_no_page(installation: Installation):
    with serve() as site:
        with_sitemaps(site)
        make = f"from catalog.models import Brand; Brand.objects.create(name='Tonewerk', slug='t', website='{site.base}', requests_per_second=0)"
        installation.manage("shell", "-v0", "-c", make)
        script = installation.folder / "scrape.py"
        script.write_text(CODE)
        words = (sys.executable, "manage.py", "shell", "-v0", "-c", f"exec(open('{script}').read())")
        killed = installation.start(*words)
        wait_until(lambda: site.counts["/part-4.xml"], 60, "sitemaps are read beside the pages")
        [(sitemaps, pages)] = installation.rows(
            "select sitemaps, (select count(*) from ingestion_frontierurl) from ingestion_ingestionrun"
        )
        os.killpg(killed.pid, signal.SIGKILL)
        site.delays.clear()
        assert pages and "part-4.xml" in str(sitemaps), "it was past the beginning, and one was in the making"
        again = installation.start(*words)
        assert again.wait(60) == 0
        stored = installation.rows("select url from ingestion_frontierurl where state = 'stored'")
        state = installation.rows("select state, sitemaps from ingestion_ingestionrun")
    assert {Path(url).name for (url,) in stored} >= {f"only-{n}" for n in range(PARTS)}
    assert [state[0][0], str(state[0][1])] == ["completed", "{}"]
    asked = [site.counts[f"/part-{n}.xml"] for n in range(PARTS)]
    assert max(asked) == 2 and sum(asked) <= PARTS + 2, "the one that time cut off, and the one that was lost"
    assert max(site.counts[f"/only-{n}"] for n in range(PARTS)) <= 2


def test_one_that_brings_its_worker_down_each_time_is_left_and_the_others_are_read():
    kept: dict[str, Any] = {"waiting": ["a", "b"], "seen": ["z"], "tries": {}}
    for _ in range(MOST_LOST):
        reading = Reading(**kept)
        assert reading.begin()
        kept = reading.kept  # and its worker is gone
    reading = Reading(**kept)
    assert not reading.begin() and reading.begin()
    assert reading.waiting == ["b"] and reading.seen == ["z", "a"]
    [(url, problem)] = reading.problems
    assert (url, problem.reason.code) == ("a", "worker_lost")


@pytest.mark.django_db
def test_a_pause_in_the_middle_of_one_counts_for_nothing(brand: Brand):
    run = services.start_run(brand, enqueue=False)
    IngestionRun.objects.filter(pk=run.pk).update(
        sitemaps={"waiting": ["a"], "seen": [], "tries": {}, "begun": {"a": 1}}
    )
    assert services.pause_run(run)
    run.refresh_from_db()
    assert run.sitemaps["begun"] == {} and run.sitemaps["waiting"] == ["a"]
