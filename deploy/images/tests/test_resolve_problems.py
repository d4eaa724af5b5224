"""What the probe says of targets that do not resolve: each kind of failure, really provoked."""

import unittest

from overlay import Overlay


class Problems(unittest.TestCase):
    def setUp(self):
        self.overlay = Overlay()
        self.addCleanup(self.overlay.close)

    def problem(self, *targets, mode="--emptytree"):
        document = self.overlay.resolve(*targets, mode=mode)
        self.assertFalse(document["ok"])
        self.assertNotIn("nodes", document)
        error = document["error"]
        self.assertTrue(error["message"] or error["reasons"])
        self.assertNotIn("\x1b", error["message"])
        return error

    def test_unknown_target(self):
        error = self.problem("dev-test/nothing")
        self.assertEqual((error["kind"], error["atom"]), ("unknown-atom", "dev-test/nothing"))
        self.assertIn("no ebuilds to satisfy", error["message"])

    def test_unknown_target_without_category(self):
        self.assertEqual(self.problem("nothing-at-all")["kind"], "unknown-atom")

    def test_ambiguous_target(self):
        self.overlay.write("profiles/categories", "dev-test\ndev-other")
        ebuild = self.overlay.ebuild("a-1")
        self.overlay.write("dev-other/a/a-1.ebuild", ebuild.read_text())
        error = self.problem("a")
        self.assertEqual((error["kind"], error["atom"]), ("unknown-atom", "a"))
        self.assertEqual(sorted(error["packages"]), ["dev-other/a", "dev-test/a"])

    def test_unknown_set(self):
        error = self.problem("@nothing")
        self.assertEqual((error["kind"], error["atom"]), ("unknown-atom", "@nothing"))

    def test_malformed_atom(self):
        self.assertEqual(self.problem("dev-test/a::b::c")["kind"], "unknown-atom")

    def test_unknown_dependency_names_who_wanted_it(self):
        self.overlay.ebuild("top-1", RDEPEND="dev-test/middle")
        self.overlay.ebuild("middle-1", DEPEND=">=dev-test/gone-3")
        error = self.problem("dev-test/top")
        self.assertEqual((error["kind"], error["atom"]), ("unknown-atom", ">=dev-test/gone-3"))
        self.assertIn("dev-test/middle-1::test", error["chain"][0])
        self.assertEqual(error["chain"][-1], "required by dev-test/top (target)")

    def test_keyword_mask(self):
        self.overlay.ebuild("top-1", RDEPEND="dev-test/new")
        self.overlay.ebuild("new-2", keywords="~amd64")
        error = self.problem("dev-test/top")
        self.assertEqual((error["kind"], error["mask"]), ("masked", ["keyword"]))
        self.assertEqual(error["packages"], ["dev-test/new-2::test"])
        self.assertIn("~amd64 keyword", error["reasons"][0])
        self.assertEqual(error["suggestions"],
                         [{"file": "package.accept_keywords", "line": "=dev-test/new-2 ~amd64"}])

    def test_package_mask(self):
        self.overlay.ebuild("bad-1")
        self.overlay.write("profiles/package.mask", "# Eats data.\n# Bug 1.\ndev-test/bad")
        error = self.problem("dev-test/bad")
        self.assertEqual((error["kind"], error["mask"]), ("masked", ["package.mask"]))
        self.assertEqual(error["reasons"], ["dev-test/bad-1::test is masked by: package.mask (Eats data. Bug 1.)"])
        self.assertEqual(error["suggestions"], [{"file": "package.unmask", "line": "=dev-test/bad-1"}])

    def test_unsupported_eapi(self):
        self.overlay.ebuild("future-1", eapi="99")
        error = self.problem("dev-test/future")
        self.assertEqual((error["kind"], error["mask"]), ("masked", ["eapi"]))

    def test_licence(self):
        self.overlay.write("licenses/Pay-Me", "text")
        self.overlay.write("profiles/license_groups", "EULA Pay-Me")
        self.overlay.ebuild("dear-1", license="Pay-Me")
        error = self.problem("dev-test/dear")
        self.assertEqual((error["kind"], error["packages"]), ("licence-not-accepted", ["dev-test/dear-1::test"]))
        self.assertIn("Pay-Me", error["reasons"][0])
        self.assertEqual([change["file"] for change in error["suggestions"]], ["package.license"])
        self.assertIn("Pay-Me", error["suggestions"][0]["line"])

    def test_use_required_of_a_dependency(self):
        self.overlay.ebuild("top-1", DEPEND="dev-test/lib[threads,-debug]")
        self.overlay.ebuild("lib-1", IUSE="threads +debug")
        error = self.problem("dev-test/top")
        self.assertEqual((error["kind"], error["packages"]), ("use-required", ["dev-test/lib-1::test"]))
        self.assertEqual(error["atom"], "dev-test/lib[threads,-debug]")
        self.assertEqual(error["suggestions"][0], {"file": "package.use", "line": "dev-test/lib -debug threads"})
        self.assertEqual(len(error["suggestions"]), 1, error["suggestions"])

    def test_use_flag_that_does_not_exist(self):
        self.overlay.ebuild("top-1", DEPEND="dev-test/lib[sparkle]")
        self.overlay.ebuild("lib-1")
        error = self.problem("dev-test/top")
        self.assertEqual(error["kind"], "use-required")
        self.assertIn("no USE flag sparkle", error["reasons"][0])
        self.assertEqual(error["suggestions"], [])

    def test_required_use(self):
        self.overlay.ebuild("choice-1", IUSE="one two", REQUIRED_USE="|| ( one two )")
        error = self.problem("dev-test/choice")
        self.assertEqual((error["kind"], error["packages"]), ("use-required", ["dev-test/choice-1::test"]))
        self.assertIn("|| ( one two )", error["reasons"][0])

    def test_slot_conflict(self):
        self.overlay.ebuild("top-1", DEPEND="dev-test/left dev-test/right")
        self.overlay.ebuild("left-1", RDEPEND="=dev-test/lib-1")
        self.overlay.ebuild("right-1", RDEPEND="=dev-test/lib-2")
        self.overlay.ebuild("lib-1")
        self.overlay.ebuild("lib-2")
        error = self.problem("dev-test/top")
        self.assertEqual((error["kind"], error["atom"]), ("slot-conflict", "dev-test/lib:0"))
        self.assertEqual(sorted(error["packages"]), ["dev-test/lib-1::test", "dev-test/lib-2::test"])
        self.assertIn("dev-test/lib-1::test is wanted as =dev-test/lib-1 by dev-test/left-1::test", error["reasons"])
        self.assertIn("dev-test/lib-2::test is wanted as =dev-test/lib-2 by dev-test/right-1::test", error["reasons"])

    def test_build_time_cycle(self):
        self.overlay.ebuild("top-1", DEPEND="dev-test/egg")
        self.overlay.ebuild("egg-1", DEPEND="dev-test/hen")
        self.overlay.ebuild("hen-1", DEPEND="dev-test/egg")
        error = self.problem("dev-test/top")
        self.assertEqual(error["kind"], "circular-dependency")
        self.assertEqual(sorted(error["packages"]), ["dev-test/egg-1::test", "dev-test/hen-1::test"])
        self.assertEqual(sorted(error["reasons"]), ["dev-test/egg-1::test needs dev-test/hen-1::test (buildtime)",
                                                    "dev-test/hen-1::test needs dev-test/egg-1::test (buildtime)"])

    def test_build_time_cycle_that_use_breaks(self):
        self.overlay.ebuild("egg-1", DEPEND="full? ( dev-test/hen )", IUSE="+full")
        self.overlay.ebuild("hen-1", DEPEND="dev-test/egg")
        error = self.problem("dev-test/hen")
        self.assertEqual(error["kind"], "circular-dependency")
        self.assertEqual(error["suggestions"], [{"file": "package.use", "line": "dev-test/egg -full"}])

    def test_strong_blockers_between_targets(self):
        self.overlay.ebuild("left-1", RDEPEND="!!dev-test/right")
        self.overlay.ebuild("right-1", RDEPEND="!!dev-test/left")
        error = self.problem("dev-test/left", "dev-test/right")
        self.assertEqual(error["kind"], "blocked")
        self.assertLessEqual({"dev-test/left-1::test"}, set(error["packages"]))

    def test_an_ebuild_that_does_not_source(self):
        self.overlay.ebuild("broken-1", body="die at once\n")
        error = self.problem("dev-test/broken")
        self.assertIn(error["kind"], ("masked", "unknown-atom"))
        self.assertIn("broken-1", error["message"] + " ".join(error["reasons"]))


if __name__ == "__main__":
    unittest.main()
