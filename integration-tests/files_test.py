"""Files through the real processes: a patient's name that stays where it belongs, and CAD models measured by the worker."""

import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile

import environment
from environment import FIXTURES, SuiteCase
from journey import dental, narrator, watcher

CANARY = "Kanarienvogel"
ACCEPTED, BLOCKING = 1, 3


def forms(word: str) -> list:
    """How a word may stand in a file, in any case."""
    return [form.encode(code) for form in (word, word.lower(), word.upper()) for code in ("utf-8", "utf-16-le")]


def plant(folder: pathlib.Path) -> None:
    """The dental fixture with the patient's name wherever programs write one."""
    for path in (FIXTURES / "dental").iterdir():
        if path.suffix.lower() != ".md":
            shutil.copy(path, folder / path.name)
    info = next(folder.glob("*.constructionInfo"))
    text = info.read_text(encoding="utf-8")
    assert "<Notes />" in text
    text = text.replace("<Notes />", f"<Notes>for {CANARY}</Notes><!-- {CANARY} -->")
    info.unlink()
    (folder / f"{CANARY}.constructionInfo").write_text(text, encoding="utf-8")
    mesh = next(folder.glob("*crown_cad.stl"))
    data = bytearray(mesh.read_bytes())
    data[:80] = f"crown of {CANARY}".encode().ljust(80, b"\0")
    mesh.write_bytes(data)
    (folder / "order.dentalProject").write_text(
        "<Treatment><Teeth><Tooth><Number>36</Number><ReconstructionType>AnatomicCrown</ReconstructionType></Tooth></Teeth>"
        f"<Patient><PatientName>{CANARY}</PatientName></Patient></Treatment>", encoding="utf-8")


class CanaryTest(SuiteCase):
    def test_a_patients_name_is_found_nowhere_but_with_the_owner(self):
        sessions = self.seed()
        watchers = {"lab": watcher.Watcher(sessions["lab"], self.tell, "lab")}
        data = self.installation.data
        papers = data / "papers"
        with tempfile.TemporaryDirectory() as folder:
            plant(pathlib.Path(folder))
            try:
                order = dental.run(self.tell, sessions, pathlib.Path(folder), papers, watchers, self.mailbox)
            finally:
                for one in watchers.values():
                    one.stop()

        for file in sessions["center"].list("files", "ListSharedFiles", "files", order=order):
            self.assert_clean(file.SerializeToString(), file.file_name)
            self.assert_clean(sessions["center"].download("files", "DownloadFile", file.name), file.file_name)
        verdicts = sessions["center"].list("files", "ListOrderVerdicts", "verdicts", order=order)
        self.assertEqual(verdicts[-1].occasion, 1)
        for verdict in verdicts:
            self.assert_clean(verdict.SerializeToString(), "a verdict")

        self.assertGreater(len(self.mailbox.messages()), 0)
        for message in self.mailbox.messages():
            self.assert_clean(message.as_bytes(), str(message["Subject"]))
            for part in message.walk():  # encoded bodies and papers that are attached
                self.assert_clean(part.get_payload(decode=True) or b"", str(message["Subject"]))
        for paper in papers.rglob("*.pdf"):
            self.assert_clean(subprocess.run(["pdftotext", paper, "-"], check=True, capture_output=True).stdout, paper.name)

        searched = 0
        for path in data.rglob("*"):
            # The owner's files and what is known of them are with the files service, which shows them to nobody else.
            if path.is_file() and "files" not in path.relative_to(data).parts[:1]:
                self.assert_clean(path.read_bytes(), path.name)
                searched += 1
        self.assertGreater(searched, 20)
        own = b"".join(p.read_bytes() for p in (data / "files").rglob("*") if p.is_file())
        self.assertTrue(any(form in own for form in forms(CANARY)), "the owner's files keep the name")

    def assert_clean(self, data: bytes, where: str) -> None:
        for form in forms(CANARY):
            self.assertNotIn(form, data, where)


class SecondLookTest(SuiteCase):
    def test_an_approval_asks_whether_the_products_are_still_made(self):
        sessions = self.seed()
        lab, center = sessions["lab"], sessions["center"]
        dental.make_contacts(self.tell, lab, center)
        project = lab.call("files", "CreateProject", parent=lab.company, project={"display_name": "Crown", "case_code": "S-1"})
        for path in sorted((FIXTURES / "dental").iterdir()):
            if path.suffix.lower() != ".md":
                lab.upload(project.name, path, unit=dental.MILLIMETER)
        dental.confirm_findings(self.tell, lab, center, project)
        quote = lab.call("catalog", "CreateQuote", seller=center.company, project=project.name)
        order = lab.call("orders", "CreateOrder", quote=quote.name, entry_trigger="submit",
                         prescription={"prescriber": "Dr. Ina Sommer", "case_code": "S-1"})
        self.assertEqual(order.displayed_status, "Submitted")

        def sell(available: bool) -> None:
            material = center.call("catalog", "GetMaterial", name=quote.lines[0].material)
            center.call("catalog", "UpdateMaterial", material={"name": material.name, "available": available},
                        update_mask={"paths": ["available"]})

        def approve_is_possible() -> bool:
            moves = center.call("orders", "ListAvailableTransitions", name=order.name).transitions
            return next(move for move in moves if move.trigger == "approve").allowed

        sell(False)
        narrator.wait_for("the answer of before to be forgotten", lambda: not approve_is_possible())
        refusal = self.refused("FAILED_PRECONDITION", "ORDER_TRANSITION_NOT_ALLOWED", center.call, "orders", "TransitionOrder",
                               name=order.name, trigger="approve")
        self.assertIn("is not offered any more", str(refusal))
        self.refused("FAILED_PRECONDITION", "PRODUCT_NOT_AVAILABLE", lab.call, "catalog", "CreateQuote", seller=center.company,
                     project=project.name)
        sell(True)
        narrator.wait_for("the product to be back", approve_is_possible)
        done = center.call("orders", "TransitionOrder", name=order.name, trigger="approve")
        self.assertEqual(done.order.displayed_status, "Approved")


class CadTest(SuiteCase):
    def test_a_model_is_measured_by_the_worker(self):
        lab = self.seed()["lab"]
        project = lab.call("files", "CreateProject", parent=lab.company, project={"display_name": "CAD"})
        with tempfile.TemporaryDirectory() as folder:
            model = pathlib.Path(folder) / "box.step"
            subprocess.run([environment.BUILD / "bin/mw_make_cad", "box", "step", "inch", model], check=True)
            file = lab.upload(project.name, model)
            self.assertEqual(file.measurement.volume_thousandth_mm3, 6_000_000)
            self.assertEqual(list(file.measurement.box_micrometers), [10_000, 20_000, 30_000])
            self.assertEqual(file.verdict, ACCEPTED)
            picture = lab.call("files", "GetPreview", name=file.name)
            self.assertTrue(picture.data.startswith(b"\x89PNG"))

            model.write_bytes(model.read_bytes()[:4000])
            broken = lab.upload(project.name, model)
            self.assertEqual(broken.verdict, BLOCKING)
            self.assertEqual([finding.rule for finding in broken.findings], ["cad.not_read"])


class RawTransferTest(SuiteCase):
    """Uploads and downloads as a script with curl makes them, through the gateway."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lab = cls.seed()["lab"]
        cls.project = cls.lab.call("files", "CreateProject", parent=cls.lab.company, project={"display_name": "raw"}).name
        cls.uploads = cls.installation.data / "files" / "uploads"

    def connect(self) -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=str(self.stack.ca_file))
        plain = socket.create_connection(("localhost", self.stack.base_port), timeout=20)
        return context.wrap_socket(plain, server_hostname="localhost")

    def head(self, more: str) -> bytes:
        return (f"POST /v1/{self.project}/files:streamRawUpload?file_name=part.obj HTTP/1.1\r\nhost: localhost\r\n"
                f"authorization: Bearer {self.lab.token}\r\ncontent-type: application/octet-stream\r\n{more}\r\n\r\n").encode()

    def test_a_body_that_is_cut_off_stores_nothing(self):
        data = b"v 0 0 0\n" * 50_000
        for body in (self.head(f"content-length: {2 * len(data)}") + data,
                     self.head("transfer-encoding: chunked") + b"%x\r\n" % len(data) + data + b"\r\n"):
            with self.connect() as connection:
                connection.sendall(body)
                narrator.wait_for("the first bytes", lambda: any(self.uploads.iterdir()))
            narrator.wait_for("the end of the upload", lambda: not any(self.uploads.iterdir()))
            self.assertEqual(self.lab.list("files", "ListFiles", "files", parent=self.project), [])

    def curl(self, *arguments: str) -> str:
        return subprocess.run(["curl", "-sS", "--max-time", "20", "--cacert", str(self.stack.ca_file), "-H",
                               f"authorization: Bearer {self.lab.token}", *arguments],
                              check=True, capture_output=True, text=True).stdout

    def test_a_refusal_reaches_a_client_that_is_still_sending(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "large"
            path.write_bytes(bytes(5_000_000))
            answer = self.curl("-X", "POST", "--data-binary", f"@{path}", "-H", "content-type: application/octet-stream",
                               f"https://localhost:{self.stack.base_port}/v1/{self.project}/files:streamRawUpload"
                               "?file_name=../part.stl")
        self.assertIn("FILE_NAME_REFUSED", answer)

    def test_a_range_of_a_download(self):
        project = self.lab.call("files", "CreateProject", parent=self.lab.company, project={"display_name": "range"}).name
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "numbers.txt"
            path.write_text("0123456789" * 10_000)
            file = self.lab.upload(project, path)
        address = f"https://localhost:{self.stack.base_port}/v1/{file.name}:download"
        self.assertEqual(self.curl(f"{address}?offset_bytes=95&limit_bytes=10"), "5678901234")
        self.assertEqual(self.curl(f"{address}?offset_bytes=99998"), "89")
        self.assertIn("OFFSET_BEHIND_END", self.curl(f"{address}?offset_bytes=100001"))
