"""The companies of the demonstration, and their passwords in the data directory (0600)."""

import dataclasses
import json
import os
import pathlib
import secrets

import api
import paths

OPERATOR_EMAIL = "operator@millwright.example"


@dataclasses.dataclass(frozen=True)
class Person:
    """A company with its owner, as SignUp takes them."""
    key: str
    company: dict
    name: str
    email: str


def _address(street: str, code: str, city: str, region: str) -> dict:
    return {"street_lines": [street], "postal_code": code, "locality": city, "region_code": region}


CUSTOMER, LAB, CENTER, SHOP = 1, 2, 3, 4  # Company.Kind
OPEN = 1  # Company.ContactPolicy

PEOPLE = {p.key: p for p in (
    Person("lab", {"display_name": "Zahnlabor Nordlicht GmbH", "kind": LAB, "language_code": "de",
                   "time_zone": "Europe/Berlin", "vat_id": "DE136695976",
                   "address": _address("Hafenstraße 12", "20457", "Hamburg", "DE")},
           "Anna Petersen", "anna@nordlicht.example"),
    Person("center", {"display_name": "Fräszentrum Isar GmbH", "kind": CENTER, "language_code": "de",
                      "time_zone": "Europe/Berlin", "vat_id": "DE123456788", "bank_account": "DE89370400440532013000",
                      "address": _address("Werkstraße 3", "81379", "München", "DE")},
           "Matthias Huber", "matthias@isar.example"),
    Person("shop", {"display_name": "Wytwórnia Precyzja Sp. z o.o.", "kind": SHOP, "language_code": "pl",
                    "time_zone": "Europe/Warsaw", "vat_id": "PL1234563218", "contact_policy": OPEN,
                    "bank_account": "PL61109010140000071219812874",
                    "address": _address("ul. Tokarska 7", "30-702", "Kraków", "PL")},
           "Jan Kowalski", "jan@precyzja.example"),
    Person("customer", {"display_name": "Brightwater Robotics Ltd", "kind": CUSTOMER, "language_code": "en",
                        "time_zone": "Europe/Warsaw", "vat_id": "PL5260250274",
                        "billing_email": "accounts@brightwater.example",
                        "address": _address("ul. Długa 1", "80-827", "Gdańsk", "PL")},
           "Grace Okafor", "grace@brightwater.example"),
)}


class Passwords:
    """DATA/users.json: {"lab": {"email": ..., "password": ...}, ...}."""

    def __init__(self, data: pathlib.Path):
        self.path = data / "users.json"
        self.users = json.loads(self.path.read_text()) if self.path.exists() else {}

    def of(self, key: str, email: str) -> str:
        if key not in self.users:
            self.users[key] = {"email": email, "password": secrets.token_urlsafe(18)}
            self._write()
        return self.users[key]["password"]

    def _write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        scratch = self.path.with_suffix(".new")
        with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(self.users, out, indent=1)
        scratch.rename(self.path)


def sign_up_or_in(client: api.Client, passwords: Passwords, key: str, shop: str = "") -> api.Session:
    """Signs the person up, or in if an earlier run on the same data did."""
    person = PEOPLE[key]
    password = passwords.of(key, person.email)
    try:
        client.anonymous().call("accounts", "SignUp", company=person.company, password=password, shop=shop,
                                owner={"display_name": person.name, "email": person.email})
    except api.CallError as error:
        if error.code != "ALREADY_EXISTS":
            raise
    return client.sign_in(person.email, password)


def seed_catalog(session: api.Session, file: str) -> None:
    """Uploads a demonstration catalog through the API; what is there already stays."""
    from google.protobuf import json_format
    rows = json.loads((paths.ROOT / "services/catalog/data" / file).read_text())
    for key, method in (("materials", "CreateMaterial"), ("machines", "CreateMachine"), ("price_lists", "CreatePriceList")):
        for row in rows.get(key, []):
            request = json_format.ParseDict(row, session.request("catalog", method, {"parent": session.company}))
            fields = {field.name: value for field, value in request.ListFields()}
            try:
                session.call("catalog", method, **fields)
            except api.CallError as error:
                if error.code != "ALREADY_EXISTS":
                    raise


def seed(client: api.Client, passwords: Passwords, narrator) -> dict:
    """A lab, a center and a shop with their catalogs; sessions by key. The customer signs up in its own story."""
    sessions = {key: sign_up_or_in(client, passwords, key) for key in ("lab", "center", "shop")}
    seed_catalog(sessions["center"], "demo_center.json")
    seed_catalog(sessions["shop"], "demo_shop.json")
    narrator.step("seeded: " + ", ".join(PEOPLE[key].company["display_name"] for key in sessions))
    return sessions
