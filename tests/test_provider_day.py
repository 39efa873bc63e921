"""A provider's day: a customer is won, connected, called, billed for, helped and heard."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from jobs.worker import Worker
from models.base import now
from models.catalog import RatePlan
from operations.delivery import deliver
from seed.factory import make
from worker import sessions_of

from .desk import choose, save, told
from .ground import on_sqlite
from .ground.browser import Complaints
from .ground.people import lend_cookies
from .post_office import settled
from .sales import product
from .usage import rate

NOMSA, SIPHO = "nomsa@dlamini.example", "sipho@dlamini.example"
WORDS = "nomsa-likes-fibre-cables"
CARD = "8927000000000000017"
GIGABYTE = 1024**3


class Day:
    """Who sits where: a window for each member of staff, and one for the customer."""

    def __init__(self, browser: Browser, address: str, signed_in: Callable, app, folder: Path) -> None:
        self.browser, self.address, self.signed_in, self.app = browser, address, signed_in, app
        self.folder, self.windows, self.complaints = folder, dict[str, Page](), list[Complaints]()

    def __getattr__(self, who: str) -> Page:
        if who not in self.windows:
            size = {"width": 1440, "height": 900}
            page = self.browser.new_context(base_url=self.address, viewport=size).new_page()
            page.set_default_timeout(10_000)
            self.complaints.append(Complaints(page))
            if who != "customer":
                lend_cookies(self.signed_in(who), page, self.address)
            self.windows[who] = page
        return self.windows[who]

    def work(self) -> None:
        """What the worker does meanwhile."""
        while Worker(sessions_of(self.app)).work():
            pass
        deliver(sessions_of(self.app))

    def upload(self, kind: str, *lines: str) -> Page:
        """A file of usage, taken in and read."""
        path = self.folder / f"{len(list(self.folder.iterdir()))}.csv"
        path.write_text("\n".join(lines))
        page = self.billing
        page.goto("/admin/usage_file/upload/")
        page.locator("input[type=file]").set_input_files(path)
        page.get_by_label("Format").select_option(label=kind)
        save(page, "Upload")
        expect(page.locator(".rec-top")).to_contain_text(path.name)
        self.work()
        expect(page.locator(".rec-top")).to_contain_text("Done", timeout=20_000)
        return page

    def open_mail(self, words: str) -> Page:
        """The newest mail that the customer got with this subject."""
        self.work()
        page = self.customer
        page.goto("/mailbox")
        page.get_by_role("link", name=re.compile(f"{words}.*{NOMSA}", re.S)).first.click()
        return page

    def close(self) -> None:
        for page in self.windows.values():
            page.context.close()
        assert not [text for one in self.complaints for text in one.texts]


@pytest.fixture
def day(browser, live_server, signed_in, app, session, tmp_path, monkeypatch) -> Iterator[Day]:
    product(session, "899.00", setup="500.00", name="Fibre 100")
    plan = make(session, RatePlan, name="Calls", currency="USD")
    rate(session, plan, "27", "0.60")
    session.commit()
    config = replace(app.config["RECORDROOM"], environment="demo", instance=tmp_path)
    monkeypatch.setitem(app.config, "RECORDROOM", config)
    (files := tmp_path / "files").mkdir()
    with settled(config.mailbox, url=live_server, usage=tmp_path / "usage"):
        made = Day(browser, live_server, signed_in, app, files)
        yield made
        made.close()


def follow(page: Page, name: str) -> None:
    """A link of the record, beside its name or in its menu."""
    link = page.locator("#content").get_by_role("link", name=name, exact=True)
    if not link.count():  # what is hidden has no role
        page.locator("#content .rec-top").get_by_text("Actions").click()
    link.first.click()


def press(page: Page, name: str, **answers: str) -> None:
    """An operation of the record, by its button or from its menu."""
    follow(page, name)
    dialog = page.get_by_role("dialog")
    for label, text in answers.items():
        dialog.get_by_label(re.compile(f"^{label}")).fill(text)
    dialog.get_by_role("button", name=name, exact=True).last.click()  # Close has a twin at the top
    expect(page.locator("#toasts")).to_be_visible()


def state(page: Page, words: str) -> None:
    expect(page.locator(".rec-top")).to_contain_text(words)


def ago(minutes: int) -> str:
    return (now() - dt.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def win(day: Day) -> str:
    """Sales make a customer; the answer is the address of their record."""
    page = day.sales
    page.goto("/admin/customer/new/?preset=customer")
    page.get_by_label("First name").fill("Nomsa")
    page.get_by_label("Last name").fill("Dlamini")
    page.locator("[name=email]").fill(NOMSA)
    page.locator("[name=address-0-line1]").fill("14 Vilakazi Street")
    country = page.get_by_role("combobox", name="Country", exact=True)
    country.press_sequentially("South Africa")
    country.press("Enter")
    page.locator("[name=contact-0-name]").fill("Nomsa Dlamini")
    page.locator("[name=contact-0-email]").fill(NOMSA)
    page.locator("[name=contact-0-alerts]").check()
    save(page, "Create customer")
    told(page, "created")
    return page.url


def sell(day: Day, at: str) -> str:
    """A quote is sent, accepted in the portal, made an order, and the order is carried out."""
    sales = day.sales
    follow(sales, "New quote")
    choose(sales, "Product", "Fibre", "Fibre 100")
    save(sales, "Create quote")
    told(sales, "created")
    expect(sales.locator("#content")).to_contain_text("$1,399.00")
    press(sales, "Send")
    state(sales, "Sent")
    accept(day)
    sales.reload()
    state(sales, "Accepted")
    press(sales, "Convert")
    sales.locator(".facts").get_by_role("link", name=re.compile("O-")).click()
    order = sales.url
    press(sales, "Submit")
    day.manager.goto(order)
    press(day.manager, "Approve")
    day.tech.goto(order)
    press(day.tech, "Start")
    press(day.tech, "Complete")
    state(day.tech, "Completed")
    return order


def accept(day: Day) -> None:
    customer = day.open_mail("Welcome")
    customer.locator("main a[href*='/portal/password/']").click()
    fields = customer.locator("input[type=password]")
    fields.first.wait_for()
    for field in fields.all():
        field.fill(WORDS)
    with customer.expect_navigation():  # or the next page is asked for before the password is there
        customer.locator("main button[type=submit]").click()
    enter(day)
    customer = day.open_mail("Your quote")
    customer.locator("main a[href*='/portal/quotes/']").first.click()
    customer.get_by_role("button", name="Accept").click()
    expect(customer.locator("main")).to_contain_text("You have accepted this quote")


def enter(day: Day) -> None:
    page = day.customer
    page.goto("/portal/login")
    page.locator("[name=email]").fill(NOMSA)
    page.locator("[name=password]").fill(WORDS)
    page.locator("main button[type=submit]").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def connect(day: Day, at: str) -> None:
    tech = day.tech
    tech.goto(f"{at}products/")
    expect(tech.locator("tbody tr").first).to_contain_text("Fibre 100")
    expect(tech.locator("tbody tr").first).to_contain_text("Active")
    tech.goto(f"{at}services/data-accounts/")
    tech.get_by_role("link", name="New data account").first.click()
    tech.get_by_label("Username").fill("nomsa@fibre")
    save(tech, "Create data account")
    told(tech, "created")
    head = (
        "acctuniqueid,username,acctstarttime,acctupdatetime,acctinputoctets,acctoutputoctets,framedipaddress"
    )
    day.upload("Sessions", head, f"s1,nomsa@fibre,{ago(25)},{ago(1)},1000,2000,100.64.3.9")
    tech.goto(f"{at}usage/active-data-sessions/")
    expect(tech.locator(".facts")).to_contain_text("25 min ago")
    expect(tech.locator("tbody tr")).to_contain_text("100.64.3.9")


def suspend(day: Day, at: str) -> None:
    manager, tech = day.manager, day.tech
    for verb, said, answers in (
        ("Suspend", "Suspended", {"Reason": "Did not pay"}),
        ("Resume", "Active", {}),
    ):
        manager.goto(at)
        press(manager, verb, **answers)
        tech.goto(f"{at}services/data-accounts/")
        expect(tech.locator("tbody tr")).to_contain_text(said)


def call(day: Day, at: str) -> None:
    manager = day.manager
    manager.goto(f"{at}services/voip-lines/")
    manager.get_by_role("link", name="New VoIP line").first.click()
    manager.get_by_label("Number").fill("011 555 0144")
    choose(manager, "Rate plan", "Calls", "Calls")
    save(manager, "Create VoIP line")
    expect(manager.locator("tbody tr")).to_contain_text("+27 11 555 0144")
    calls = (f"c{n},{ago(n)},+27115550144,{to},90" for n, to in enumerate(("+27821234567", "+9991234"), 5))
    page = day.upload("CSV with named columns", "key,start,from,to,quantity", *calls, "c9,never,1,2,3")
    for fact in (r"Added\s*2", r"Refused\s*1", r"Without a price\s*1"):
        expect(page.locator(".facts").first).to_contain_text(re.compile(fact))
    page.goto(f"{at}billing/")
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("#content")).to_contain_text(re.compile(r"Total of 2: (\$)?0\.9"))


def warn(day: Day, at: str) -> None:
    """A card reaches its limit: the contact who asked for it is told, and nobody else."""
    manager = day.manager
    manager.goto(f"{at}contacts/")
    manager.get_by_role("link", name="New contact").first.click()
    manager.get_by_label("Name").fill("Sipho Dlamini")
    manager.get_by_label("E-mail").fill(SIPHO)
    save(manager, "Create contact")
    manager.goto(f"{at}services/sim-cards/")
    manager.get_by_role("link", name="New SIM card").first.click()
    for name, text in (
        ("iccid", CARD),
        ("alias", "Gate camera"),
        ("warning_mb", "1024"),
        ("cutoff_mb", "2048"),
    ):
        manager.locator(f"[name={name}]").fill(text)
    save(manager, "Create SIM card")
    told(manager, "created")
    day.upload("CSV with named columns", "key,kind,start,quantity,sim", f"d1,data,{ago(9)},{GIGABYTE},{CARD}")
    day.open_mail("Gate camera has used")
    day.customer.goto("/mailbox")
    expect(day.customer.get_by_role("link", name=re.compile("has used"))).to_have_count(1)
    expect(day.customer.locator("main")).not_to_contain_text(SIPHO)
    manager.goto(f"{at}alerts/")
    expect(manager.locator("#content")).to_contain_text("Gate camera")


def help_out(day: Day, at: str) -> None:
    """A question in the portal, answered, answered again, closed and rated."""
    agent, customer = day.agent, day.customer
    enter(day)
    customer.goto("/portal/tickets")
    customer.get_by_role("link", name="Ask something").click()
    customer.get_by_label("Subject").fill("No internet")
    customer.locator("textarea").fill("The light is red.")
    customer.locator("main button[type=submit]").last.click()
    expect(customer.locator("main")).to_contain_text("We have your question")
    asked = customer.url
    agent.goto(f"{at}tickets/")
    agent.get_by_role("link", name=re.compile("No internet|T-")).first.click()
    agent.locator("main textarea").first.fill("Switch it off and on.")
    agent.get_by_role("button", name="Reply", exact=True).click()
    told(agent, "Replied")
    customer.goto(asked)
    expect(customer.locator("main")).to_contain_text("Switch it off and on.")
    customer.locator("textarea").fill("It works again.")
    customer.get_by_role("button", name="Send").click()
    agent.reload()
    expect(agent.locator("main")).to_contain_text("It works again.")
    press(agent, "Resolve")
    press(agent, "Close")
    state(agent, "Closed")
    customer = day.open_mail("How satisfied")
    customer.locator("main a[href*='/portal/rate/']").click()
    customer.get_by_label("4 Satisfied").check()
    customer.get_by_role("button", name="Send").click()
    agent.goto(f"{at}tickets/satisfaction/")
    expect(agent.locator("tbody")).to_contain_text("4")


def look_back(day: Day, at: str) -> None:
    """Every step is found again, with who did it."""
    manager = day.manager
    manager.goto(f"{at}metrics/activity-log/")
    log = manager.locator("#content")
    for words in ("Completed", "Accepted", "Suspended", "Closed"):
        expect(log).to_contain_text(words)
    manager.goto(f"{at}metrics/history/")
    expect(manager.locator("#content")).to_contain_text("Nomsa Dlamini created ticket")


@on_sqlite
def test_a_day_is_worked_from_the_quote_to_the_rating(day):
    at = win(day)
    sell(day, at)
    connect(day, at)
    suspend(day, at)
    call(day, at)
    warn(day, at)
    help_out(day, at)
    look_back(day, at)
