"""The README's pictures of the desk, from invented cases: ``python -m docs.pictures`` in the root, with Chromium."""

from __future__ import annotations

import socket
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

import nlp
from nlp import Screener
from serving.desk.app import create_desk
from serving.desk.demo import fill
from serving.desk.settings import DeskSettings
from serving.desk.store.database import Database
from serving.http.main import build_server

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FOLDER = Path(__file__).with_name("pictures")
MOST_BYTES = 250_000
NOTE = (
    "报警人称接到自称市公安局陈警官的电话，说其银行卡涉嫌洗钱，不许挂电话、不许告诉家人，今天上午10时20分"
    "已用手机银行向对方账户6222020000000000001转账50000元，对方电话17000000001。"
)
PAGES = {"queue": "/tasks", "task": "/tasks?state=open", "board": "/board", "bulletin": "/papers/bulletin"}


def main() -> None:
    """Take them all."""
    FOLDER.mkdir(exist_ok=True)
    with (
        TemporaryDirectory() as folder,
        closing(Database(Path(folder))) as database,
        Screener.load(settings=nlp.Settings(threads=1)) as screener,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        settings = DeskSettings(demo=True, threads=1, district="城东", log_level="warning")
        database.upgrade()
        fill(database, screener, settings.limits)
        server = build_server(create_desk(settings, database, screener), settings)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            while not server.started:
                time.sleep(0.05)
            _take(f"http://127.0.0.1:{listener.getsockname()[1]}")
        finally:
            server.should_exit = True
            thread.join()


def _take(where: str) -> None:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS, timeout=300_000)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.set_default_timeout(300_000)
        page.goto(where)
        page.keyboard.insert_text(NOTE)
        page.wait_for_selector(".verdict")
        page.get_by_label("被劝阻人电话").fill("19000000001")
        page.get_by_label("接警员").fill("王接警")
        _save(page, "console")
        for name, path in PAGES.items():
            page.goto(where + path)
            if name == "task":
                page.locator("td a").first.click()
                page.wait_for_selector(".ask")
            _save(page, name)
        browser.close()


def _save(page: Page, name: str) -> None:
    picture = FOLDER / f"{name}.png"
    page.screenshot(path=str(picture))
    if picture.stat().st_size > MOST_BYTES:
        sys.exit(f"{picture} is larger than {MOST_BYTES} bytes")


if __name__ == "__main__":
    main()
