"""axe-core in a page: what assistive technology, keyboards and weak eyes would stumble over."""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
WIDTHS = {"desk": (1440, 900), "tablet": (1024, 768), "phone": (390, 844)}
LOOKED_AT = ("desk", "phone")
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
RUN = """async ([within, runOnly]) => {
  const {violations} = await axe.run(within, {runOnly, resultTypes: ['violations']});
  return violations.flatMap(({id, nodes}) => nodes.map(node =>
    `${id} at ${node.target.join(' ')}: ${node.failureSummary.split('\\n').slice(1).join(';').trim()}`));
}"""
SHOW = """theme => new Promise(painted => {
  document.documentElement.dataset.bsTheme = theme;
  requestAnimationFrame(() => requestAnimationFrame(painted));
})"""


# Elements by all that style sheets ask of them and of what they are in.
SHAPES = """() => {
  const asked = ['class', 'role', 'type', 'open', 'hidden', 'disabled', 'checked', 'aria-current',
    'aria-disabled', 'aria-expanded', 'aria-invalid', 'aria-pressed', 'aria-selected', 'aria-sort'];
  const hash = text => [...text].reduce((sum, letter) => Math.imul(sum, 31) + letter.codePointAt(0) | 0, 7);
  const found = new Set();
  const walk = (element, above) => {
    const own = hash(above + element.localName + asked.map(name => element.getAttribute(name)).join());
    found.add(own);
    for (const child of element.children) walk(child, own);
  };
  walk(document.body, 0);
  return [...found];
}"""


def bring(page: Page) -> None:
    """Into every document that the page opens. The content policy has no say in what a test brings."""
    page.emulate_media(reduced_motion="reduce")  # no colour half-way from one theme to the other
    page.add_init_script(path=SCRIPT)


def stumbles(page: Page, within: str = "html", seen: set[int] | None = None) -> Iterator[str]:
    """What is wrong with the open page, or a part of it, narrow and wide and in both themes.

    Of pages that share `seen`, one on which every element looks as on those before is not looked at
    again by phone and in the dark.
    """
    shapes = set(page.evaluate(SHAPES)) if seen is not None else set()
    known = seen is not None and shapes <= seen
    for device, (width, height) in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(SHOW, "light")
        if (wider := page.evaluate(WIDER)) > 0:
            yield f"{device}: {wider} px wider than the window"
        if device not in LOOKED_AT or (known and device != LOOKED_AT[0]):
            continue
        # Colours are all that a theme changes.
        for theme, rules in (("light", ALL), ("dark", COLOURS))[: 1 if known else 2]:
            page.evaluate(SHOW, theme)
            yield from (f"{device}, {theme}: {text}" for text in page.evaluate(RUN, [within, rules]))
    if seen is not None:
        seen |= shapes
