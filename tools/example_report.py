"""Makes the example report and its pictures: docs/examples/ and docs/images/report-*.png.

    python tools/example_report.py [FOLDER WITH servicenow_incidents.csv]

The data is not in this repository: the "Incident management process enriched event log" of the UCI
Machine Learning Repository, reshaped to one row an incident. Without a folder it is looked for in
../shared/exports. It is CC BY 4.0, and the report names its source. The pictures need Chromium and
playwright (the `test` extra); without them only the report is made.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXPORT = "servicenow_incidents.csv"
REPORT = ROOT / "docs" / "examples" / "servicenow-audit.html"
IMAGES = ROOT / "docs" / "images"
SOURCE = (
    "Data: Incident management process enriched event log, by C. Amaral, M. Fantinato and S. Peres"
    " (2018), UCI Machine Learning Repository, CC BY 4.0; reshaped to one row an incident."
)
# Name of the picture, width, theme, and what is done on the page first.
PICTURES = (
    ("report-light", 1280, "light", ""),
    ("report-dark", 1280, "dark", ""),
    (
        "report-ticket",
        1280,
        "light",
        "document.querySelector('[data-only*=moderate]').click();"
        "document.querySelector('.fold').click();"
        "document.querySelector('.state').scrollIntoView()",
    ),
)


def make_report(folder: Path) -> None:
    """Run the audit of the export as a user would, and write its report."""
    if not (folder / EXPORT).is_file():
        print(f"there is no {EXPORT} in {folder}: name the folder that has it", file=sys.stderr)
        sys.exit(2)
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "adjudge.cli.main", "audit", EXPORT]
    command += ["--ruleset", "servicenow", "--note", SOURCE, "--output", str(REPORT)]
    subprocess.run(command, cwd=folder, check=True)
    print(f"{REPORT.relative_to(ROOT)}: {REPORT.stat().st_size:,} bytes")


def take_pictures() -> None:
    """Take the pictures of the report in Chromium."""
    chromium = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        chromium = None
    if chromium is None:
        print("no pictures: chromium or playwright is not there", file=sys.stderr)
        return
    with sync_playwright() as play:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = play.chromium.launch(executable_path=chromium, args=flags)
        for name, width, theme, act in PICTURES:
            page = browser.new_page(
                viewport={"width": width, "height": 1240},
                color_scheme=theme,
                reduced_motion="reduce",
            )
            page.goto(REPORT.as_uri())
            page.evaluate(f"() => {{ {act} }}")
            page.screenshot(path=str(IMAGES / f"{name}.png"))
            page.close()
        browser.close()


if __name__ == "__main__":
    make_report(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "exports")
    take_pictures()
