"""What staff of the demo world write down."""

# Shown in red to everyone who opens the customer.
POPUPS = (
    "Always ask for the password on the account before changing anything.",
    "Do not call before 10:00; works nights.",
    "Speaks Spanish; put through to the Spanish desk.",
    "Complaint is with the ombudsman. Written answers only, through the manager.",
    "Technicians need to announce themselves at the gate: security code from reception.",
    "Hard of hearing: e-mail, do not call.",
    "Large dog on the premises. Call from the car.",
    "Payment plan agreed: half now, half by the end of the month. Do not suspend.",
    "New owner from next month; changes only against a signed form.",
)
NOTES = (
    "Called about slow evenings; line tested fine, moved to the 5 GHz band.",
    "Asked for the contract to be sent again. Sent to the e-mail on file.",
    "Moving house in spring, wants to keep the number. Sent the checklist.",
    "Router replaced on site, old one came back with the technician.",
    "Interested in a second line for the home office; sales to call next week.",
    "Confirmed the new postal address over the phone.",
    "Wants one invoice for both locations.",
    "Prefers to be written to in their own language.",
    "Very happy with the installation; agreed to be a reference.",
    "Asked to be left out of the newsletter.",
    "Outage of Tuesday explained; no credit asked for.",
    "Fixed address requested for the cameras. Quote sent.",
    "Reception closes at 16:30; deliveries before that.",
    "Parking for vans behind the building, entrance B.",
)
BILLING_NOTES = (
    "Disputes the last invoice; sent the usage details.",
    "Purchase order number has to be on every invoice.",
    "Debit order returned once; bank details corrected.",
    "Wants invoices on the 1st, changed the billing day.",
    "Credit of one month granted for the outage.",
)
DEBTOR_NOTES = (
    "Promised to pay on Friday.",
    "Second reminder sent by post, the first came back.",
    "Pays late but always pays; keep an eye on it.",
    "Payment plan: three parts, first one received.",
)
# tag -> when to use it, per cent of persons, per cent of organizations
TAGS = {
    "VIP": ("Answer first; a manager knows them.", 3, 8),
    "Wholesale": ("Buys to sell on.", 1, 14),
    "Fibre": ("On our own fibre.", 34, 30),
    "VoIP": ("Telephony from us.", 9, 27),
    "Wireless": ("Connected by radio.", 17, 11),
    "Net 30": ("Thirty days to pay, agreed in writing.", 0, 24),
    "Debtor": ("Owes us; talk to billing before promising anything.", 0, 0),
    "Seasonal": ("Only part of the year, such as holiday homes.", 4, 2),
    "Paperless": ("Everything by e-mail.", 38, 31),
    "Education": ("Schools and training; own price level.", 0, 0),
    "Churn risk": ("Has asked for the terms of leaving.", 3, 2),
    "Referral": ("Came through another customer.", 8, 4),
    "Early adopter": ("Likes to try new things with us.", 2, 2),
    "Non-profit": ("Charity or association; proof on file.", 0, 6),
    "Multi-site": ("More than one location.", 0, 0),
    "Contract ends soon": ("Sales calls them this quarter.", 2, 3),
}
