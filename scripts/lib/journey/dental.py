"""A lab orders a crown from a production center: upload, findings, quote, offer, production, papers."""

import pathlib

import api

from . import common, narrator

NEEDS_CONFIRMATION, BLOCKING = 2, 3
ORDER_FORM, STATEMENT, INVOICE = 1, 2, 3  # Document.Kind
MILLIMETER = 1
STATUSES = ["Draft", "Submitted", "Offer sent", "Approved", "In production", "Ready for shipping", "Shipped", "Delivered"]


def make_contacts(tell, lab, center) -> None:
    contacts = lab.list("accounts", "ListContacts", "contacts", parent=lab.company)
    if any(contact.contact_company == center.company and contact.state == 1 for contact in contacts):
        tell.step("lab and center are contacts from an earlier run")
        return
    tell.step("the lab invites the center as contact, the center accepts")
    invitation = lab.call("accounts", "CreateInvitation", parent=lab.company, company=center.company,
                          message="We would like to order from you.")
    center.call("accounts", "AcceptInvitation", name=invitation.name)
    contacts = lab.list("accounts", "ListContacts", "contacts", parent=lab.company)
    tell.check(any(contact.contact_company == center.company for contact in contacts), "both are contacts now")


def split_case(folder: pathlib.Path) -> tuple:
    """The info files of a case, and everything else in it."""
    files = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith(".")
                   and p.suffix.lower() not in (".md", ".txt"))
    info = [p for p in files if p.suffix.lower() in (".constructioninfo", ".modelinfo")]
    if not info:
        raise FileNotFoundError(f"{folder} holds no .constructionInfo or .modelInfo file")
    return info, [p for p in files if p not in info]


def refused_while_missing(tell, lab, center, project) -> None:
    facts = lab.call("files", "CheckProject", name=project.name, center=center.company)
    common.show_findings(tell, facts.findings)
    tell.check(facts.verdict == BLOCKING and facts.missing_files, f"the check misses: {', '.join(facts.missing_files)}")
    try:
        lab.call("catalog", "CreateQuote", seller=center.company, project=project.name)
    except api.CallError as error:
        tell.check(error.code == "FAILED_PRECONDITION" and any(name in str(error) for name in facts.missing_files),
                   f"ordering is refused and names it ({error.reason})")
        return
    tell.check(False, "ordering is refused while a part is missing")


def confirm_findings(tell, lab, center, project):
    """Confirms what a named person may confirm; what blocks stops the story."""
    facts = lab.call("files", "CheckProject", name=project.name, center=center.company)
    common.show_findings(tell, facts.findings)
    for finding in facts.findings:
        if finding.finding_class == NEEDS_CONFIRMATION and not finding.waived_by:
            facts = lab.call("files", "WaiveFinding", name=project.name, rule=finding.rule, tooth=finding.tooth,
                             file_name=finding.file_name, reason="checked by the technician")
            tell.detail(f"confirmed {finding.rule}")
    tell.check(facts.verdict != BLOCKING and not facts.missing_files, "complete: nothing blocks the order")
    return facts


def run(tell, sessions: dict, case: pathlib.Path, papers: pathlib.Path, watchers: dict, mailbox) -> str:
    lab, center = sessions["lab"], sessions["center"]
    tell.chapter(f"Dental: {case.name}")
    make_contacts(tell, lab, center)

    info, parts = split_case(case)
    project = lab.call("files", "CreateProject", parent=lab.company,
                       project={"display_name": f"Case {info[0].stem}", "case_code": "C-2026-001"})
    uploaded = []
    for path in info:
        file = lab.upload(project.name, path)
        uploaded.append(file.name)
        tell.step(f"uploaded {path.name}: {file.size_bytes} bytes, sha256 {file.sha256[:12]}")
    if parts:
        refused_while_missing(tell, lab, center, project)
    for path in parts:
        file = lab.upload(project.name, path, unit=MILLIMETER)
        tell.step(f"uploaded {path.name}: {file.measurement.triangle_count} triangles, "
                  f"{file.measurement.volume_thousandth_mm3 / 1000:.3f} mm³")
    facts = confirm_findings(tell, lab, center, project)

    quote = lab.call("catalog", "CreateQuote", seller=center.company, project=project.name)
    for line in quote.lines:
        tell.detail(f"{line.title}: {line.quantity} x {line.unit_price}, {common.money(line.net)} net")
    tell.check(quote.lines and quote.gross.units > 0, f"priced per unit from the center's list: {common.money(quote.gross)} gross")

    needed = [part.file_name for part in facts.parts]
    # Under the names by which the center will see them: an owner's file name may be the patient's.
    shared = needed + [lab.call("files", "PreviewSharedFile", name=name).file_name for name in uploaded]
    order = lab.call("orders", "CreateOrder", quote=quote.name, quote_hash=quote.hash, entry_trigger="save_draft",
                     shared_file_names=shared, notes="Please call before milling if anything is unclear.",
                     prescription={"prescriber": "Dr. Ina Sommer", "institution": "Praxis am Hafen",
                                   "prescriber_number": "04711", "case_code": project.case_code})
    tell.check(order.displayed_status == "Draft", f"order {order.order_number} is a draft; {len(shared)} files picked to share")
    order = common.transition(tell, lab, order.name, "submit", "Submitted")

    offer = center.call("orders", "SendOffer", parent=order.name, message="We start as soon as you accept.")
    tell.check(offer.current and offer.revision_hash, f"the center sends offer {offer.revision}: {common.money(offer.gross)}")
    order = lab.call("orders", "AcceptOffer", name=offer.name, revision_hash=offer.revision_hash)
    tell.check(order.displayed_status == "Approved", "the lab accepts this very revision: Approved")

    def shared_with_center():  # files hears of the submitted order a moment after it is submitted
        files = center.list("files", "ListSharedFiles", "files", order=order.name)
        return files if {file.file_name for file in files} >= set(needed) else None

    received = narrator.wait_for("the shared files at the center", shared_with_center)
    tell.check(len(received) == len(shared), f"the center sees {len(received)} shared files")
    data = center.download("files", "DownloadFile", next(f.name for f in received if f.file_name == needed[0]))
    tell.check(len(data) > 0, f"the center downloads {needed[0]} ({len(data)} bytes)")

    common.transition(tell, center, order.name, "start_production", "In production")
    for line in order.lines:
        center.call("orders", "RecordLots", name=order.name, line_number=line.number,
                    lots=[{"article": f"{line.material_title or 'Zirconia'} disc 98 x 18", "manufacturer": "Ceramica AG",
                           "lot": f"LOT-2026-{line.number:04d}"}])
    common.transition(tell, center, order.name, "ready_for_shipping", "Ready for shipping")
    statement = common.wait_for_paper(lab, order.name, STATEMENT, "statement")
    # Shipping is guarded by what orders knows of the paper, which it hears from documents a moment later.
    narrator.wait_for("orders to know of the statement", lambda: "statement" in center.call(
        "orders", "GetOrder", name=order.name).issued_papers)
    order = center.call("orders", "ShipOrder", name=order.name,
                        shipment={"carrier": "DHL", "tracking_number": "JD0146 0000 1111 2222"})
    tell.check(order.displayed_status == "Shipped", "shipped with DHL, after the statement was issued")
    common.transition(tell, lab, order.name, "deliver", "Delivered")

    folder = papers / f"dental-{order.order_number}"
    form = common.wait_for_paper(lab, order.name, ORDER_FORM, "order form")
    invoice = common.wait_for_paper(lab, order.name, INVOICE, "invoice")
    for paper in (form, statement, invoice):
        common.save_paper(tell, lab, paper, folder)
    common.verify_history(tell, lab, order.name)
    common.verify_history(tell, center, order.name)
    common.check_watch(tell, watchers["lab"], order.name, STATUSES)
    common.check_mails(tell, [lab, center], order.name, STATUSES[1:], mailbox)
    return order.name
