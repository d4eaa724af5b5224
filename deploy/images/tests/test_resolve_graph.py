"""What the probe says of targets that resolve."""

import json
import unittest

from overlay import Overlay, edge, order


class GraphOfEveryEdge(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.overlay = overlay = Overlay()
        overlay.ebuild("top-1.2-r3", DEPEND="dev-test/built dev-test/slotted:=", BDEPEND="dev-test/tool",
                       RDEPEND="dev-test/run dev-test/runslot:= flag? ( dev-test/optional )",
                       IDEPEND="dev-test/installer", PDEPEND="dev-test/post", IUSE="+flag off", slot="2/7",
                       RESTRICT="test", PROPERTIES="interactive", body="src_install() { :; }\n")
        overlay.ebuild("post-1", RDEPEND="dev-test/top")
        for name in ("built", "tool", "run", "optional", "installer", "unused"):
            overlay.ebuild(f"{name}-1")
        for name in ("slotted", "runslot"):
            overlay.ebuild(f"{name}-1", slot="0/3")
        overlay.ebuild("egg-1", RDEPEND="dev-test/hen")
        overlay.ebuild("hen-1", RDEPEND="dev-test/egg")
        overlay.write("sets.conf", "[test sets]\nclass = portage.sets.files.StaticFileSet\nmultiset = true\n"
                      f"directory = {overlay.root}/sets")
        overlay.write("sets/everything", "dev-test/top\ndev-test/egg")
        cls.document = overlay.resolve("@everything")
        cls.nodes = {node["pn"]: node for node in cls.document.get("nodes", [])}

    @classmethod
    def tearDownClass(cls):
        cls.overlay.close()

    def test_it_resolves(self):
        self.assertEqual((self.document["schema"], self.document["ok"]), (2, True), self.document.get("error"))
        self.assertEqual(self.document["targets"], ["@everything"])

    def test_exactly_the_needed_packages_are_nodes(self):
        needed = {"top", "built", "tool", "run", "optional", "installer", "post", "slotted", "runslot", "egg", "hen"}
        self.assertEqual(set(self.nodes), needed)
        self.assertEqual([node["index"] for node in self.document["nodes"]], list(range(len(needed))))

    def test_each_dependency_class_is_its_own_kind(self):
        kinds = {"built": "buildtime", "tool": "buildtime", "slotted": "buildtime_slot_op", "run": "runtime",
                 "optional": "runtime", "runslot": "runtime_slot_op", "installer": "installtime",
                 "post": "runtime_post"}
        self.assertEqual({name: edge(self.document, "top", name) for name in kinds},
                         {name: [kind] for name, kind in kinds.items()})

    def test_a_run_time_cycle_has_both_edges(self):
        self.assertEqual(edge(self.document, "egg", "hen"), ["runtime"])
        self.assertEqual(edge(self.document, "hen", "egg"), ["runtime"])

    def test_merge_order_puts_dependencies_first_and_pdepend_after(self):
        position = order(self.document).index
        for name in ("built", "tool", "slotted", "run", "runslot", "installer"):
            self.assertLess(position(name), position("top"), name)
        self.assertGreater(position("post"), position("top"))

    def test_a_node_tells_all_of_its_ebuild(self):
        top = self.nodes["top"]
        expected = {"cpv": "dev-test/top-1.2-r3", "category": "dev-test", "pn": "top", "pf": "top-1.2-r3",
                    "version": "1.2-r3", "slot": "2", "sub_slot": "7", "repo": "test", "eapi": "8",
                    "operation": "merge", "type": "ebuild", "defined_phases": ["install"], "restrict": ["test"],
                    "properties": ["interactive"], "license": "MIT", "keywords": "amd64", "distfiles": [],
                    "size_distfiles": 0, "installed": None, "requested_by": ["@everything"]}
        self.assertEqual({key: top[key] for key in expected}, expected)
        self.assertIn("flag", top["use"])
        self.assertNotIn("off", top["use"])
        self.assertLessEqual({"flag", "off"}, set(top["iuse"]))

    def test_only_targets_are_requested(self):
        asked = [name for name, node in self.nodes.items() if node["requested_by"]]
        self.assertEqual(sorted(asked), ["egg", "top"])

    def test_the_configuration_is_told(self):
        settings = self.document["settings"]
        self.assertEqual(settings["ARCH"], "amd64")
        self.assertIn("x86_64", settings["CHOST"])
        header = settings["index_header"]
        self.assertEqual(header["ARCH"], "amd64")
        self.assertEqual(header["VERSION"], "0")
        self.assertTrue(header["PROFILE"])
        self.assertTrue(all(isinstance(value, str) for value in header.values()))


class OtherGraphs(unittest.TestCase):
    def setUp(self):
        self.overlay = Overlay()
        self.addCleanup(self.overlay.close)

    def test_use_decides_what_is_needed(self):
        self.overlay.ebuild("a-1", IUSE="extra", RDEPEND="extra? ( dev-test/b ) !extra? ( dev-test/c )")
        self.overlay.ebuild("b-1")
        self.overlay.ebuild("c-1")
        self.assertEqual(set(order(self.overlay.resolve("dev-test/a"))), {"a", "c"})

    def test_a_pkg_preinst_may_call_what_the_package_needs_unless_an_eclass_brings_a_harmless_one(self):
        preinst = "pkg_preinst() {\n\ttrue\n}\n"
        self.overlay.write("eclass/xdg.eclass", preinst)
        self.overlay.ebuild("user-1", body=preinst)
        self.overlay.ebuild("desktop-1", body="inherit xdg\n")
        self.overlay.ebuild("plain-1")
        nodes = self.overlay.resolve("dev-test/user", "dev-test/desktop", "dev-test/plain")["nodes"]
        self.assertEqual(
            {node["pn"]: node["preinst_calls"] for node in nodes}, {"user": True, "desktop": False, "plain": False}
        )

    def test_one_edge_carries_every_class_that_makes_it(self):
        self.overlay.ebuild("a-1", DEPEND="dev-test/b", RDEPEND="dev-test/b:=", PDEPEND="dev-test/b")
        self.overlay.ebuild("b-1")
        kinds = edge(self.overlay.resolve("dev-test/a"), "a", "b")
        self.assertEqual(kinds, ["buildtime", "runtime_slot_op", "runtime_post"])

    def test_a_distfile_has_the_manifest_s_size_and_digests(self):
        self.overlay.ebuild("a-1", SRC_URI="https://example.org/a-1.tar.gz flag? ( https://example.org/b.tar.gz )",
                            IUSE="flag")
        sha, blake = "1" * 128, "2" * 128
        self.overlay.write("dev-test/a/Manifest", f"DIST a-1.tar.gz 12345 BLAKE2B {blake} SHA512 {sha}\n"
                           f"DIST b.tar.gz 5 BLAKE2B {blake} SHA512 {sha}")
        node = self.overlay.resolve("dev-test/a")["nodes"][0]
        self.assertEqual(node["distfiles"], [{"name": "a-1.tar.gz", "size": 12345, "sha512": sha, "blake2b": blake}])
        self.assertEqual(node["size_distfiles"], 12345)

    def test_distfiles_are_those_of_the_flags_by_their_own_names(self):
        self.overlay.ebuild(
            "a-1", IUSE="+extra other",
            SRC_URI="https://example.org/a-1.tar.gz mirror://x/v1.zip -> a-source-1.zip "
            "extra? ( https://example.org/e.gz -> a-extra.gz ) other? ( https://example.org/other.gz )",
        )
        node = self.overlay.resolve("dev-test/a")["nodes"][0]
        self.assertEqual([file["name"] for file in node["distfiles"]], ["a-1.tar.gz", "a-extra.gz", "a-source-1.zip"])

    def test_a_distfile_without_manifest_is_still_named(self):
        self.overlay.ebuild("a-1", SRC_URI="https://example.org/a-1.tar.gz")
        node = self.overlay.resolve("dev-test/a")["nodes"][0]
        self.assertEqual(node["distfiles"], [{"name": "a-1.tar.gz", "size": None}])

    def test_two_targets_keep_their_names(self):
        self.overlay.ebuild("a-1")
        self.overlay.ebuild("b-1")
        nodes = self.overlay.resolve("dev-test/a", "=dev-test/b-1")["nodes"]
        self.assertEqual({node["pn"]: node["requested_by"] for node in nodes},
                         {"a": ["dev-test/a"], "b": ["=dev-test/b-1"]})

    def test_missing_finds_the_same_where_nothing_is_installed(self):
        self.overlay.ebuild("a-1", RDEPEND="dev-test/b")
        self.overlay.ebuild("b-1")
        self.assertEqual(order(self.overlay.resolve("dev-test/a", mode="--missing")), ["b", "a"])

    def test_a_weak_blocker_is_listed_apart(self):
        self.overlay.ebuild("a-1", RDEPEND="!<dev-test/b-2")
        document = self.overlay.resolve("dev-test/a")
        self.assertTrue(document["ok"])
        self.assertEqual(order(document), ["a"])

    def test_the_output_is_replaced_as_a_whole(self):
        self.overlay.ebuild("a-1")
        output = self.overlay.root / "graph.json"
        output.write_text("old")
        self.overlay.resolve("dev-test/a")
        self.assertTrue(json.loads(output.read_text())["ok"])
        self.assertEqual([file.name for file in self.overlay.root.glob(".resolve*")], [])

    def test_no_place_for_the_document_is_one_line_and_a_status(self):
        self.overlay.ebuild("a-1")
        completed = self.overlay.run("--output", "/no/such/directory/graph.json", "dev-test/a")
        self.assertNotEqual(completed.returncode, 0)
        self.assertEqual(len(completed.stderr.splitlines()), 1, completed.stderr)
        self.assertIn("/no/such/directory", completed.stderr)


if __name__ == "__main__":
    unittest.main()
