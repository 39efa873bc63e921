"""axe-core in a page: what assistive technology, keyboards and weak eyes would stumble over."""

from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
RUN = """async runOnly => {
  const options = {runOnly, resultTypes: ['violations']};
  const {violations} = await axe.run(document, options);
  return violations.flatMap(({id, nodes}) => nodes.map(node =>
    `${id} at ${node.target.join(' ')}: ${node.failureSummary.split('\\n').slice(1).join(';').trim()}`));
}"""


def bring(page: Page) -> None:
    """Into every document that the page opens. The content policy has no say in what a test brings."""
    page.add_init_script(path=SCRIPT)


def violations(page: Page) -> list[str]:
    return page.evaluate(RUN, {"type": "tag", "values": TAGS})


def violations_of_colour(page: Page) -> list[str]:
    """A theme changes nothing else."""
    return page.evaluate(RUN, {"type": "rule", "values": COLOURS})
