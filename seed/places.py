"""Countries, cities and streets of the demo world: which belong together, and how they write.

In patterns `#` stands for a digit and `@` for a letter that the country uses in postal codes.
"""

import re
from dataclasses import dataclass
from functools import cache
from random import Random

import zipcodes


@dataclass(frozen=True)
class City:
    name: str
    region: str
    codes: tuple[str, ...]  # patterns of its postal codes
    landline: str  # pattern in E.164


@dataclass(frozen=True)
class Country:
    code: str
    locale: str
    currency: str
    names: tuple[str, ...]  # Faker's locales for people
    mobiles: tuple[str, ...]
    tax_number: str
    line: str  # how street and number stand on an envelope
    streets: tuple[str, ...]
    letters: str = ""

    @property
    def cities(self) -> tuple[City, ...]:
        return cities(self.code)


def fill(pattern: str, rng: Random, letters: str = "") -> str:
    """A pattern with random digits and letters in its places."""
    found = ""
    for piece in _pieces(pattern):
        if piece[0] == "#":
            found += str(int(rng.random() * 10 ** len(piece))).zfill(len(piece))
        else:
            found += rng.choice(letters) if piece == "@" else piece
    return found


@cache
def _pieces(pattern: str) -> tuple[str, ...]:
    """Runs of digits, single letters, and what stands between them."""
    return tuple(re.findall("#+|@|[^#@]+", pattern))


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


COUNTRIES = {
    made.code: made
    for made in (
        Country(
            "US",
            "en_US",
            "USD",
            ("en_US",),
            (),
            "##-#######",
            "{number} {street}",
            _words(
                "Oak St, Maple Ave, Cedar Ln, Elm St, Barker Cypress Rd, Main St, Lakeview Dr, Park Ave,"
                "Sunset Blvd, Hillcrest Dr, Willow Creek Ct, Mill Rd, Church St, Washington Ave, Pine St,"
                "River Bend Dr, Magnolia Ln, Spring Cypress Rd, Highland Ave, Franklin St, Meadow Ln"
            ),
        ),
        Country(
            "GB",
            "en_GB",
            "GBP",
            ("en_GB",),
            ("+4474########", "+44771#######", "+44795#######"),
            "GB#########",
            "{number} {street}",
            _words(
                "High Street, Station Road, Church Lane, Victoria Road, Mill Lane, Queen Street, King Street,"
                "The Crescent, Park Road, London Road, Albert Road, Grange Road, Manor Close, School Lane"
            ),
            "ABDEFGHJLNPQRSTUWXYZ",
        ),
        Country(
            "NL",
            "nl_NL",
            "EUR",
            ("nl_NL",),
            ("+3161#######", "+3162#######", "+3164#######"),
            "NL#########B01",
            "{street} {number}",
            _words(
                "Keizersgracht, Dorpsstraat, Kerkstraat, Molenweg, Stationsweg, Julianalaan, Beatrixstraat,"
                "Schoolstraat, Wilhelminapark, Nieuwe Gracht, Havenkade, Lindenlaan,"
                "Burgemeester de Vlugtlaan"
            ),
            "ABCDEGHJKLMNPRTVWXZ",
        ),
        Country(
            "DE",
            "de_DE",
            "EUR",
            ("de_DE",),
            ("+491512#######", "+491726######", "+491609######"),
            "DE#########",
            "{street} {number}",
            _words(
                "Hauptstraße, Bahnhofstraße, Gartenweg, Goethestraße, Schillerplatz, Lindenallee, Mühlenweg,"
                "Kirchgasse, Bergstraße, Am Stadtpark, Rosenweg, Königsallee, Wiesenstraße"
            ),
        ),
        Country(
            "FR",
            "fr_FR",
            "EUR",
            ("fr_FR",),
            ("+3361#######", "+3367#######"),
            "FR###########",
            "{number} {street}",
            _words(
                "rue de la République, avenue Victor-Hugo, rue des Lilas, place du Marché,"
                "boulevard Voltaire,"
                "rue de l’Église, chemin des Vignes, rue Jean-Jaurès, allée des Tilleuls, rue du Moulin"
            ),
        ),
        Country(
            "ES",
            "es_ES",
            "EUR",
            ("es_ES",),
            ("+3461#######", "+3465#######"),
            "ESB########",
            "{street} {number}",
            _words(
                "Calle Mayor, Avenida de la Constitución, Calle del Sol, Plaza España, Paseo de Gracia,"
                "Calle San José, Ronda de Toledo, Calle Cervantes, Camino Viejo, Gran Vía"
            ),
        ),
        Country(
            "ZA",
            "en_ZA",
            "ZAR",
            ("zu_ZA", "en_GB", "nl_NL"),
            ("+2782#######", "+2783#######", "+2771#######"),
            "4#########",
            "{number} {street}",
            _words(
                "Loop Street, Long Street, Voortrekker Road, Jan Smuts Avenue, Nelson Mandela Drive,"
                "Kerk Street,"
                "Protea Road, Beach Road, Steve Biko Street, Oxford Road, Dorp Street, Acacia Avenue"
            ),
        ),
        Country(
            "IE",
            "en_IE",
            "EUR",
            ("en_IE",),
            ("+35385#######", "+35387#######"),
            "IE#######WA",
            "{number} {street}",
            _words(
                "Main Street, O’Connell Street, Patrick Street, Bridge Street, The Quays, Mill Road,"
                "Abbey Court"
            ),
            "ACDEFHKNPRTVWXY",
        ),
        Country(
            "PL",
            "pl_PL",
            "PLN",
            ("pl_PL",),
            ("+48512######", "+48601######", "+48790######"),
            "PL##########",
            "{street} {number}",
            _words(
                "ul. Długa, ul. Kwiatowa, ul. Słoneczna, ul. Polna, ul. Mickiewicza, al. Jana Pawła II,"
                "ul. Kościuszki, ul. Ogrodowa, ul. Świętokrzyska"
            ),
        ),
        Country(
            "SE",
            "sv_SE",
            "SEK",
            ("sv_SE",),
            ("+46701######", "+46736######", "+46762######"),
            "SE##########01",
            "{street} {number}",
            _words(
                "Storgatan, Kyrkogatan, Drottninggatan, Björkvägen, Skolgatan, Ängsvägen, Hamngatan,"
                "Norra vägen"
            ),
        ),
    )
}
# How the customers spread, in per cent.
SHARES = {"US": 42, "GB": 12, "DE": 9, "ZA": 9, "NL": 8, "FR": 6, "ES": 5, "IE": 3, "PL": 3, "SE": 3}

# name | region | landline | postal codes
_CITIES = {
    "GB": """
        London|Greater London|+442079######|N1 #@@,SE1 #@@,SW4 #@@,E8 #@@,W2 #@@
        Manchester|Greater Manchester|+44161496####|M1 #@@,M4 #@@,M14 #@@,M20 #@@
        Birmingham|West Midlands|+44121496####|B1 #@@,B15 #@@,B29 #@@
        Leeds|West Yorkshire|+44113496####|LS1 #@@,LS6 #@@,LS11 #@@
        Bristol|Bristol|+44117496####|BS1 #@@,BS6 #@@,BS8 #@@
        Glasgow|Lanarkshire|+44141496####|G1 #@@,G12 #@@,G41 #@@
        Edinburgh|Midlothian|+44131496####|EH1 #@@,EH6 #@@,EH12 #@@
        Cardiff|South Glamorgan|+442920######|CF10 #@@,CF24 #@@
        Norwich|Norfolk|+441603######|NR1 #@@,NR3 #@@""",
    "NL": """
        Amsterdam|Noord-Holland|+3120#######|1011 @@,1015 @@,1017 @@,1054 @@,1072 @@
        Rotterdam|Zuid-Holland|+3110#######|3011 @@,3012 @@,3061 @@
        Utrecht|Utrecht|+3130#######|3511 @@,3512 @@,3572 @@
        Den Haag|Zuid-Holland|+3170#######|2511 @@,2513 @@,2596 @@
        Eindhoven|Noord-Brabant|+3140#######|5611 @@,5613 @@
        Groningen|Groningen|+3150#######|9711 @@,9712 @@
        Haarlem|Noord-Holland|+3123#######|2011 @@,2013 @@
        Zwolle|Overijssel|+3138#######|8011 @@,8021 @@""",
    "DE": """
        Berlin|Berlin|+4930########|10115,10178,10245,10437,10961,12043,13353
        Hamburg|Hamburg|+4940########|20095,20144,20357,22303,22765
        München|Bayern|+4989########|80331,80469,80799,81541
        Köln|Nordrhein-Westfalen|+49221#######|50667,50674,50823
        Frankfurt am Main|Hessen|+4969########|60311,60313,60486
        Leipzig|Sachsen|+49341#######|04103,04109,04229
        Nürnberg|Bayern|+49911#######|90402,90429
        Freiburg im Breisgau|Baden-Württemberg|+49761######|79098,79100
        Münster|Nordrhein-Westfalen|+49251######|48143,48155""",
    "FR": """
        Paris|Île-de-France|+3314#######|75002,75005,75009,75011,75015,75018,75020
        Lyon|Auvergne-Rhône-Alpes|+33472######|69001,69003,69006,69007
        Marseille|Provence-Alpes-Côte d’Azur|+33491######|13001,13005,13008
        Toulouse|Occitanie|+33561######|31000,31200,31400
        Nantes|Pays de la Loire|+33240######|44000,44100,44200
        Saint-Étienne|Auvergne-Rhône-Alpes|+33477######|42000,42100
        Besançon|Bourgogne-Franche-Comté|+33381######|25000""",
    "ES": """
        Madrid|Comunidad de Madrid|+3491#######|28001,28004,28010,28013,28045
        Barcelona|Cataluña|+3493#######|08001,08008,08013,08025
        Valencia|Comunidad Valenciana|+3496#######|46001,46005,46010
        Sevilla|Andalucía|+3495#######|41001,41004,41013
        Málaga|Andalucía|+3495#######|29001,29007,29016
        A Coruña|Galicia|+34981######|15001,15003
        Zaragoza|Aragón|+34976######|50001,50006""",
    "ZA": """
        Cape Town|Western Cape|+27214######|8001,8005,7700,7925
        Johannesburg|Gauteng|+27114######|2001,2092,2193
        Sandton|Gauteng|+27117######|2196,2191
        Pretoria|Gauteng|+27123######|0002,0083,0181
        Durban|KwaZulu-Natal|+27313######|4001,4051
        Stellenbosch|Western Cape|+27218######|7600
        Bloemfontein|Free State|+27514######|9301
        Gqeberha|Eastern Cape|+27413######|6001,6070
        George|Western Cape|+27448######|6529""",
    "IE": """
        Dublin|Co. Dublin|+3531#######|D01 @#@#,D02 @###,D04 @#@#,D08 @##@
        Cork|Co. Cork|+35321#######|T12 @#@#,T23 @###
        Galway|Co. Galway|+35391######|H91 @#@#
        Limerick|Co. Limerick|+35361######|V94 @#@#
        Dún Laoghaire|Co. Dublin|+3531#######|A96 @#@#""",
    "PL": """
        Warszawa|Mazowieckie|+4822#######|00-1##,00-5##,02-6##,03-9##
        Kraków|Małopolskie|+4812#######|30-0##,31-1##,31-5##
        Wrocław|Dolnośląskie|+4871#######|50-0##,50-3##,53-3##
        Gdańsk|Pomorskie|+4858#######|80-2##,80-8##
        Łódź|Łódzkie|+4842#######|90-0##,90-4##
        Poznań|Wielkopolskie|+4861#######|60-1##,61-7##""",
    "SE": """
        Stockholm|Stockholms län|+468#######|111 2#,112 3#,113 2#,116 4#
        Göteborg|Västra Götalands län|+4631######|411 0#,413 1#
        Malmö|Skåne län|+4640######|211 2#,212 1#
        Uppsala|Uppsala län|+4618######|753 1#,754 2#
        Umeå|Västerbottens län|+469012####|903 2#
        Örebro|Örebro län|+4619######|702 1#""",
}
# Parts of the United States, by the first three digits of their ZIP codes.
_METROS = (
    "770",
    "773",
    "774",
    "775",
    "787",
    "752",
    "606",
    "902",
    "941",
    "981",
    "852",
    "802",
    "331",
    "303",
    "191",
    "021",
    "100",
    "554",
    "972",
    "282",
)
HOME_ZIP = "77429"  # where the demo's own desk would be; it gets a share of its own


@cache
def cities(country: str) -> tuple[City, ...]:
    if country == "US":
        return tuple(_american(row) for row in _american_rows())
    rows = (line.strip().split("|") for line in _CITIES[country].strip().splitlines())
    return tuple(City(name, region, tuple(codes.split(",")), phone) for name, region, phone, codes in rows)


def _american_rows() -> list[dict]:
    ordinary = zipcodes.filter_by(active=True, zip_code_type="STANDARD", country="US")
    rows = [row for row in ordinary if row["zip_code"][:3] in _METROS and row["area_codes"]]
    return sorted(rows, key=lambda row: row["zip_code"])


def _american(row: dict) -> City:
    # 555 is kept free of subscribers.
    return City(row["city"], row["state"], (row["zip_code"],), f"+1{row['area_codes'][0]}555####")


@cache
def home() -> City:
    return next(city for city in cities("US") if city.codes == (HOME_ZIP,))
