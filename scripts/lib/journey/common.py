"""Steps that both stories have."""

import hashlib
import pathlib

import api

from . import narrator as narration

FINDING_CLASSES = {1: "information", 2: "needs confirmation", 3: "blocking"}


def money(amount) -> str:
    """google.type.Money for people."""
    sign = "-" if amount.units < 0 or amount.nanos < 0 else ""
    return f"{sign}{abs(amount.units)}.{abs(amount.nanos) // 10_000_000:02d} {amount.currency_code}"


def show_findings(tell, findings) -> None:
    for finding in findings:
        tooth = f" tooth {finding.tooth}" if finding.tooth else ""
        tell.detail(f"[{FINDING_CLASSES.get(finding.finding_class, '?')}] {finding.rule}{tooth} {finding.file_name}: "
                    f"{finding.message}" + (f" -> {finding.remedy}" if finding.remedy else ""))


def show_tree(tell, node, depth: int = 0) -> None:
    note = f"   ({node.note})" if node.note else ""
    tell.detail(f"{'  ' * depth}{node.title:<{max(8, 44 - 2 * depth)}} {money(node.amount):>14}{note}")
    for child in node.children:
        show_tree(tell, child, depth + 1)


def transition(tell, session, order: str, trigger: str, expect: str, **fields):
    answer = session.call("orders", "TransitionOrder", name=order, trigger=trigger, **fields)
    tell.check(answer.order.displayed_status == expect, f"{trigger}: the order is {expect}")
    return answer.order


def wait_for_paper(session, order: str, kind: int, name: str):
    """Waits until a paper is issued (papers are rendered behind the scenes)."""
    missing = []

    def look():
        try:
            documents = session.call("documents", "ListDocuments", parent=order).documents
        except api.CallError as error:
            if error.code == "NOT_FOUND":  # documents hears of a new order a moment after it is placed
                return None
            raise
        for document in documents:
            if document.kind == kind and document.state == 2:
                return document
            if document.kind == kind:
                missing[:] = document.missing
        return None
    try:
        return narration.wait_for(f"the {name} of {order}", look)
    except narration.CheckFailed as failed:
        raise narration.CheckFailed(f"{failed}; missing: {'; '.join(missing) or 'nothing'}") from None


def save_paper(tell, session, document, folder: pathlib.Path) -> pathlib.Path:
    data = session.download("documents", "DownloadDocument", document.name)
    tell.check(data.startswith(b"%PDF-") and hashlib.sha256(data).hexdigest() == document.sha256,
               f"downloaded {document.file_name} ({len(data)} bytes, number {document.document_number})")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / document.file_name
    path.write_bytes(data)
    proof = session.call("documents", "VerifyDocument", sha256=document.sha256)
    tell.check(proof.authentic and proof.chain_intact, f"{document.document_number} verifies: authentic, chain intact")
    return path


def verify_history(tell, session, order: str) -> None:
    answer = session.call("orders", "VerifyHistory", name=order)
    tell.check(answer.intact and answer.entry_count > 0,
               f"VerifyHistory: {answer.entry_count} entries, intact, head {answer.head_hash[:12]}")


def check_watch(tell, watcher, order: str, expect: list) -> None:
    narration.wait_for(f"the live stream to reach {expect[-1]}",
                       lambda: watcher.statuses(order)[-1:] == expect[-1:])
    seen = watcher.statuses(order)
    tell.check(seen == expect, f"the live stream of the {watcher.side} showed: {' -> '.join(seen)}")


def check_mails(tell, sessions: list, order: str, expect_statuses: list, mailbox) -> None:
    """Every mail of the order was sent, arrived once, and both sides heard of every status."""
    for session in sessions:
        def all_sent(session=session):
            try:
                rows = session.list("notifications", "ListDeliveries", "deliveries", parent=order)
            except api.CallError as error:
                if error.code == "NOT_FOUND":
                    return None
                raise
            subjects = " | ".join(row.subject for row in rows)
            done = rows and all(row.state == 2 for row in rows) and len(rows) >= len(expect_statuses)
            return (rows, subjects) if done else None
        rows, subjects = narration.wait_for(f"the mails of {order} to {session.member}", all_sent, 60)
        tell.check(len(rows) >= len(expect_statuses), f"{len(rows)} mails went to {rows[0].recipient}")
        tell.detail(subjects[:400])
        if mailbox is None:
            continue
        wanted = [row.message_id.strip("<>") for row in rows]
        narration.wait_for("the mail server to show them", lambda: set(wanted) <= set(mailbox.message_ids()))
        counts = [mailbox.message_ids().count(message_id) for message_id in wanted]
        tell.check(all(count == 1 for count in counts), "each of them arrived exactly once, by Message-ID")
