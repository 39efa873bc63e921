"""What a customer's account summary shows of the tabs, in one place."""

from models.customer import Customer

from .declare import glance

SERVICES = {"group": "Services and usage"}
SALES = {"group": "Sales"}
CONTACT = {"group": "Contact and record"}

glance(
    Customer, "Products/All products", "number", "product_id", "state", title="Products", order=31, **SERVICES
)
glance(Customer, "Services/Data accounts", "username", "state", order=32, **SERVICES)
glance(Customer, "Usage/Data usage", order=33, **SERVICES)
glance(Customer, "Usage/Active data sessions", "framed_ip", "started_at", order=34, **SERVICES)
glance(Customer, "Usage/Phone usage", order=35, **SERVICES)
glance(Customer, "Services/VoIP lines", "number_e164", "state", order=36, **SERVICES)
glance(Customer, "Services/SIM cards", "iccid", "state", order=37, **SERVICES)
glance(Customer, "Facilities", "identifier", "state", order=37, **SERVICES)
glance(Customer, "Services/Package changes", "to_product_id", "state", "effective_date", order=38, **SERVICES)
glance(Customer, "Services/Suspensions", "reason", "state", title="Suspension details", order=39, **SERVICES)

glance(Customer, "Locations", "line1", "city", "role", order=40, **CONTACT)
TICKET = ("number", "subject", "state", "department_id", "due_at")
glance(Customer, "Tickets/All tickets", *TICKET, title="Tickets", size="w4", order=45, **CONTACT)
NOTE = ("body", "author_name", "created_at")
glance(Customer, "Communications/Notes", *NOTE, title="Customer notes", order=50, **CONTACT)
glance(Customer, "Communications/Debtor notes", "body", "created_at", order=51, **CONTACT)
glance(Customer, "Communications/Messages sent", "subject", "state", order=52, **CONTACT)
glance(Customer, "Documents", "name", "state", order=53, **CONTACT)
glance(Customer, "Communications/Notifications", "topic", "channel", "enabled", order=54, **CONTACT)
glance(
    Customer,
    "Metrics/Activity log",
    "summary",
    "object_id",
    title="Audit trail",
    permission="history.read_all",
    order=60,
    **CONTACT,
)

glance(Customer, "Orders/Quotes", "number", "state", "total", title="Customer quotes", order=80, **SALES)
glance(Customer, "Orders/Orders", "number", "state", "total", order=81, **SALES)

glance(Customer, "Contacts", "name", "role", group="aside", order=60)
