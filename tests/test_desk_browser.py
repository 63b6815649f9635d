"""The desk in a real browser."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from test_desk import NOTE, running, screener

from nlp import Screener

__all__ = ["screener"]
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

sync_api = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium: apt-get install chromium")


def test_a_note_is_typed_judged_saved_and_found_without_leaving_this_host(
    screener: Screener,
    tmp_path: Path,
) -> None:
    with running(screener, tmp_path) as client, sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        hosts: set[str | None] = set()
        errors: list[str] = []
        page.on("request", lambda r: hosts.add(urlsplit(r.url).hostname))
        page.on("pageerror", lambda e: errors.append(str(e)))
        page.goto(str(client.base_url))
        page.keyboard.insert_text(NOTE)
        page.wait_for_selector(".verdict.scam")
        page.screenshot(path=str(tmp_path / "console.png"))
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.screenshot(path=str(tmp_path / "phone.png"), full_page=True)
        page.set_viewport_size({"width": 1366, "height": 768})
        page.get_by_label("接警员").fill("王接警")
        page.locator("select[name=disposition]").select_option("已止付")
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/cases/1")
        page.evaluate(
            """() => {
              const words = document.createTreeWalker(document.querySelector("#marked .text"), NodeFilter.SHOW_TEXT);
              let node;
              while ((node = words.nextNode()) && !node.data.includes("对方电话"));
              document.getSelection().setBaseAndExtent(node, node.data.indexOf("对方电话"), node,
                node.data.indexOf("对方电话") + 4);
            }"""
        )
        page.wait_for_function("document.querySelector('#quote').value === '对方电话'")
        assert page.locator("#start").input_value() == str(NOTE.index("对方电话"))
        page.goto(f"{client.base_url}/tasks")
        assert page.get_by_text("高 · 当面").first.is_visible()
        page.goto(f"{client.base_url}/cases?q=陈警官")
        assert page.get_by_text("共 1 件").is_visible()
        page.screenshot(path=str(tmp_path / "cases.png"))
        page.goto(f"{client.base_url}/board")
        page.screenshot(path=str(tmp_path / "board.png"))
        browser.close()
    assert hosts == {"127.0.0.1"}
    assert errors == []
