"""What the probe says of other binhosts' packages, on packages that the tests build."""

import gzip
import os
import pathlib
import shutil
import subprocess
import unittest

from overlay import Overlay


class BinariesOfBinhosts(unittest.TestCase):
    def setUp(self):
        self.overlay = Overlay()
        self.addCleanup(self.overlay.close)
        self.addCleanup(shutil.rmtree, pathlib.Path("/var/db/pkg/dev-test"), ignore_errors=True)
        self.binhost = self.overlay.root / "binhost"
        self.overlay.ebuild("lib-1", slot="0/1")
        self.overlay.ebuild("tool-1")
        self.overlay.ebuild("app-1", IUSE="fast", DEPEND="dev-test/tool dev-test/lib:=",
                            RDEPEND="|| ( dev-test/nothing dev-test/lib ) dev-test/lib:=")

    def build(self, *packages, use="", **variables):
        environment = {**self.overlay.environment(), "PKGDIR": str(self.binhost), "USE": use, "BINPKG_FORMAT": "gpkg",
                       "FEATURES": "binpkg-multi-instance -news -binpkg-signing", **variables}
        command = ["emerge", "--oneshot", "--buildpkg", "--quiet", "--color=n", *packages]
        built = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(built.returncode, 0, built.stdout + built.stderr)

    def resolve(self, *targets, indexes=None):
        """What is told of each package, and what the probe printed."""
        output = self.overlay.root / "graph.json"
        indexes = [str(self.binhost / "Packages")] if indexes is None else [str(index) for index in indexes]
        arguments = [f"--binhost={index}" for index in indexes]
        completed = self.overlay.run("--output", str(output), "--emptytree", *arguments, *targets)
        self.assertEqual(completed.returncode, 0, completed.stderr)
        document = self.overlay.document(output)
        self.assertTrue(document["ok"], document.get("error"))
        return {node["pn"]: node.get("binaries") for node in document["nodes"]}, completed.stderr

    def names(self, found):
        return sorted(name for name, binaries in found.items() if binaries)

    def test_what_would_be_built_the_same_is_told_with_its_file(self):
        self.build("dev-test/app")
        found, _ = self.resolve("dev-test/app")
        self.assertEqual(self.names(found), ["app", "lib", "tool"])
        binary = found["app"][0]
        file = self.binhost / binary["path"]
        self.assertEqual((binary["path"], binary["size"], binary["index"], binary["build_id"]),
                         ("dev-test/app/app-1-1.gpkg.tar", os.path.getsize(file), "Packages", 1))
        self.assertEqual(len(binary["sha1"]), 40)

    def test_nothing_is_told_where_nobody_asks(self):
        found, _ = self.resolve("dev-test/app", indexes=[])
        self.assertEqual(set(found.values()), {None})

    def test_a_compressed_index_is_read_too_and_binhosts_keep_their_order(self):
        self.build("dev-test/tool")
        index = self.binhost / "Packages"
        packed = self.overlay.root / "Packages.gz"
        packed.write_bytes(gzip.compress(index.read_bytes()))
        found, _ = self.resolve("dev-test/tool", indexes=[packed, index])
        self.assertEqual([binary["index"] for binary in found["tool"]], ["Packages.gz", "Packages"])

    def test_of_several_builds_the_newest_comes_first(self):
        self.build("dev-test/tool")
        self.build("dev-test/tool")
        found, _ = self.resolve("dev-test/tool")
        self.assertEqual([binary["build_id"] for binary in found["tool"]], [2, 1])

    def test_other_flags_do_not_fit(self):
        self.build("dev-test/app", use="fast")
        found, _ = self.resolve("dev-test/app")
        self.assertEqual(self.names(found), ["lib", "tool"])

    def test_a_library_with_another_sub_slot_leaves_its_dependents_to_be_built(self):
        self.build("dev-test/app")
        self.overlay.ebuild("lib-2", slot="0/2")
        found, _ = self.resolve("dev-test/app")
        self.assertEqual(self.names(found), ["tool"])

    def test_an_ebuild_with_other_dependencies_does_not_fit(self):
        self.build("dev-test/app")
        self.overlay.ebuild("app-1", IUSE="fast", DEPEND="dev-test/tool dev-test/lib:=", RDEPEND="dev-test/lib:=")
        found, _ = self.resolve("dev-test/app")
        self.assertEqual(self.names(found), ["lib", "tool"])

    def test_another_slot_or_repository_does_not_fit(self):
        self.build("dev-test/app")
        index = self.binhost / "Packages"
        text = index.read_text()
        for changed in (text.replace("REPO: test", "REPO: other"), text.replace("SLOT: 0/1\n", "SLOT: 0/9\n")):
            with self.subTest():
                index.write_text(changed)
                found, _ = self.resolve("dev-test/app")
                self.assertNotIn("lib", self.names(found))

    def test_another_machine_does_not_fit(self):
        self.build("dev-test/tool")
        index = self.binhost / "Packages"
        index.write_text("".join(line.replace("x86_64", "aarch64") if line.startswith("CHOST") else line
                                 for line in index.read_text().splitlines(keepends=True)))
        found, _ = self.resolve("dev-test/tool")
        self.assertEqual(self.names(found), [])

    def test_what_is_masked_here_does_not_fit(self):
        self.build("dev-test/tool")
        index = self.binhost / "Packages"
        text = index.read_text()
        for wanted, written in (("KEYWORDS: amd64", "KEYWORDS: ~amd64"), ("EAPI: 8", "EAPI: 99")):
            with self.subTest(written):
                self.assertIn(wanted, text)
                index.write_text(text.replace(wanted, written))
                found, _ = self.resolve("dev-test/tool")
                self.assertEqual(self.names(found), [])

    def test_what_it_is_judged_by_is_told(self):
        self.build("dev-test/app")
        found, _ = self.resolve("dev-test/app")
        values = found["app"][0]["values"]
        self.assertEqual(values["RDEPEND"], "|| ( dev-test/nothing dev-test/lib ) dev-test/lib:0/1=")
        self.assertEqual((values["EAPI"], values["KEYWORDS"]), ("8", "amd64"))
        self.assertIn("x86_64", values["CHOST"])

    def test_numbers_that_none_can_be_leave_the_entry_out_and_nothing_else(self):
        self.build("dev-test/app")
        index = self.binhost / "Packages"
        lines = index.read_text().splitlines(keepends=True)
        at = next(number for number, line in enumerate(lines) if line.startswith("CPV: dev-test/tool"))
        for key, value in (("SIZE", "9" * 30), ("BUILD_ID", "9" * 5000), ("BUILD_ID", "3000000000"), ("SIZE", "-1"), ("BUILD_ID", "0"),
                           ("PATH", "x" * 2000), ("SHA1", "12"), ("RDEPEND", "( " * 3000 + ") " * 3000),
                           ("RDEPEND", "a" * 100_000), ("RDEPEND", "=dev-test/lib"), ("SLOT", "a b c"), ("EAPI", "x" * 99)):
            with self.subTest(key):
                # Of a key that is there twice the last counts.
                end = next(number for number in range(at, len(lines)) if lines[number] == "\n")
                index.write_text("".join(lines[:end] + [f"{key}: {value}\n"] + lines[end:]))
                found, _ = self.resolve("dev-test/app")
                self.assertEqual(self.names(found), ["app", "lib"])

    def test_entries_without_size_digest_or_number_are_left_out(self):
        self.build("dev-test/tool")
        index = self.binhost / "Packages"
        text = index.read_text()
        for key in ("SIZE", "SHA1", "BUILD_ID", "PATH"):
            with self.subTest(key):
                index.write_text("".join(line for line in text.splitlines(keepends=True) if not line.startswith(key)))
                found, _ = self.resolve("dev-test/tool")
                self.assertEqual(self.names(found), [])

    def test_an_index_that_cannot_be_read_is_named_and_left_out(self):
        self.build("dev-test/tool")
        broken = self.overlay.root / "Packages.gz"
        broken.write_bytes(gzip.compress(b"VERSION: 0\n" * 1000)[:40])
        found, text = self.resolve("dev-test/tool", indexes=[broken, self.binhost / "Packages"])
        self.assertEqual([binary["index"] for binary in found["tool"]], ["Packages"])
        self.assertIn(f"the index {broken} is left out", text)

    def test_an_index_of_nonsense_is_as_good_as_empty(self):
        nonsense = self.overlay.root / "Packages"
        nonsense.write_text("VERSION: 0\n\nCPV: dev-test/tool-1\nPATH: x\nSIZE: 1\nSHA1: y\nBUILD_ID: 1\nSLOT: \n"
                            "RDEPEND: ((( \n\nCPV: nonsense\nSIZE: \n\n")
        found, _ = self.resolve("dev-test/tool", indexes=[nonsense])
        self.assertEqual(self.names(found), [])


if __name__ == "__main__":
    unittest.main()
