"""A customer has parts made by a shop: sign-up, instant quote with its cost tree, payment, production, tracking."""

import pathlib

from . import common, people

INVOICE = 3  # Document.Kind
MANUAL = 3  # Payment.Kind
UNITS = {"mm": 1, "cm": 2, "m": 3, "in": 4, "inch": 4, "um": 5}
STATUSES = ["Placed", "Free for manufacturing", "Manufacturing", "Post-production", "Ready for shipping", "Shipped",
            "Delivered"]


def pick_material(shop_materials: list, wanted: str):
    """By name or id, whatever the case; the first one offered without a wish."""
    if not wanted:
        return shop_materials[0]
    for material in shop_materials:
        if wanted.lower() in (material.display_name.lower(), material.name.rsplit("/", 1)[1].lower()):
            return material
    for material in shop_materials:
        if wanted.lower() in material.display_name.lower():
            return material
    names = ", ".join(material.display_name for material in shop_materials)
    raise ValueError(f"the shop has no material `{wanted}`; it has: {names}")


def run(tell, client, passwords, sessions: dict, part: pathlib.Path, unit: str, material_name: str, quantity: int,
        papers: pathlib.Path, watchers: dict, mailbox, watch) -> str:
    shop = sessions["shop"]
    tell.chapter(f"Manufacturing: {part.name}")
    tell.step("the customer signs up with billing data and becomes the shop's contact")
    customer = sessions["customer"] = people.sign_up_or_in(client, passwords, "customer", shop=shop.company)
    contacts = customer.list("accounts", "ListContacts", "contacts", parent=customer.company)
    tell.check(any(c.contact_company == shop.company and c.state == 1 for c in contacts), "customer and shop are contacts")
    if "customer" not in watchers:
        watchers["customer"] = watch(customer, "customer")

    project = customer.call("files", "CreateProject", parent=customer.company, project={"display_name": part.stem})
    file = customer.upload(project.name, part, unit=UNITS[unit])
    box = " x ".join(f"{edge / 1000:.2f}" for edge in file.measurement.box_micrometers)
    tell.step(f"uploaded {part.name}: {file.measurement.triangle_count} triangles, box {box} mm, "
              f"volume {file.measurement.volume_thousandth_mm3 / 1000:.3f} mm³")
    common.show_findings(tell, file.findings)
    tell.check(file.measurement.closed and file.measurement.volume_thousandth_mm3 > 0, "measured: closed, volume stated")

    materials = customer.list("catalog", "ListMaterials", "materials", parent=shop.company)
    material = pick_material(materials, material_name)
    tell.step(f"picked {material.display_name} ({material.process}) of {len(materials)} materials, quantity {quantity}")
    quote = customer.call("catalog", "CreateQuote", seller=shop.company,
                          parts=[{"file": file.name, "material": material.name, "quantity": quantity}])
    common.show_tree(tell, quote.cost_tree)
    tell.check(quote.gross.units > 0 and not quote.needs_review, f"instant quote: {common.money(quote.net)} net, "
               f"{common.money(quote.tax)} tax, {common.money(quote.gross)} gross")
    again = customer.call("catalog", "RepriceQuote", name=quote.name)
    tell.check(again.equal, f"computed again: equal to the last node, hash {quote.hash[:12]}")

    order = customer.call("orders", "CreateOrder", quote=quote.name, quote_hash=quote.hash, entry_trigger="place",
                          buyer_reference="PO 2026/77")
    tell.check(order.displayed_status == "Placed", f"order {order.order_number} is placed")
    invoice = common.wait_for_paper(customer, order.name, INVOICE, "invoice")
    common.save_paper(tell, customer, invoice, papers / f"manufacturing-{order.order_number}")

    order = shop.call("orders", "RecordPayment", parent=order.name,
                      payment={"kind": MANUAL, "amount": order.balance, "method": "bank transfer",
                               "reference": f"statement {order.order_number}"})
    tell.check(order.payment_state == 4 and order.displayed_status == "Free for manufacturing",
               "payment recorded: paid, and by itself Free for manufacturing")
    common.transition(tell, shop, order.name, "start_manufacturing", "Manufacturing")
    common.transition(tell, shop, order.name, "start_post_production", "Post-production")
    common.transition(tell, shop, order.name, "ready_for_shipping", "Ready for shipping")
    order = shop.call("orders", "ShipOrder", name=order.name,
                      shipment={"carrier": "InPost", "tracking_number": "620999900000000000000001"})
    tell.check(order.displayed_status == "Shipped" and order.shipments[0].tracking_number.startswith("6209"),
               "shipped with a tracking number")
    common.transition(tell, customer, order.name, "deliver", "Delivered")

    common.verify_history(tell, customer, order.name)
    common.check_watch(tell, watchers["customer"], order.name, STATUSES)
    common.check_mails(tell, [customer, shop], order.name, STATUSES, mailbox)
    return order.name
