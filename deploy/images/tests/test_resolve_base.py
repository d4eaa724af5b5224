"""What the probe says of packages that the image has installed, on packages that the tests install."""

import pathlib
import shutil
import subprocess
import unittest

from overlay import Overlay, order, use_without

VDB = pathlib.Path("/var/db/pkg/dev-test")
STATEMENT = pathlib.Path("/etc/binfarm/foundation")


class Base(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.overlay = Overlay()
        cls.addClassCleanup(cls.overlay.close)
        cls.addClassCleanup(shutil.rmtree, VDB, ignore_errors=True)
        cls.install()

    @classmethod
    def install(cls):
        """What the class's tests find installed."""

    @classmethod
    def library(cls, pf, content="1", **variables):
        """A package that installs one file."""
        name = pf.rsplit("-", 1)[0]
        body = f"src_install() {{ echo {content} >x; insinto /usr/share/binfarm-test; newins x {name}; }}\n"
        cls.overlay.ebuild(pf, body=body, **variables)

    def resolve(self, *targets, mode="--missing"):
        document = self.overlay.resolve(*targets, mode=mode)
        self.assertTrue(document["ok"], document.get("error"))
        return document

    def seen(self, document, name):
        """The installed packages that the build of `name` sees."""
        node = next(node for node in document["nodes"] if node["pn"] == name)
        return {document["base"][index]["cpv"].split("/")[1] for index in node["base"]}


class WhatABuildSees(Base):
    @classmethod
    def install(cls):
        for name in ("under", "other", "tool"):
            cls.library(f"{name}-1")
        cls.library("lib-1", RDEPEND="|| ( dev-test/nothing dev-test/under )", IUSE="+fast big", slot="2/5")
        cls.overlay.install("dev-test/under", "dev-test/lib", "dev-test/tool", "dev-test/other")

    def test_every_installed_package_is_described(self):
        self.library("app-1")
        base = {package["cpv"]: package for package in self.resolve("dev-test/app")["base"]}
        self.assertEqual(sorted(base), [f"dev-test/{name}-1" for name in ("lib", "other", "tool", "under")])
        lib = base["dev-test/lib-1"]
        self.assertEqual(len(lib.pop("digest")), 64)
        expected = {"cpv": "dev-test/lib-1", "slot": "2", "sub_slot": "5", "repo": "test", "use": ["fast"],
                    "iuse": ["big", "fast"], "system": False}
        self.assertEqual(lib, expected)

    def test_a_build_sees_its_build_dependencies_and_what_they_need(self):
        self.library("app-1", DEPEND="dev-test/lib", RDEPEND="dev-test/other")
        self.assertEqual(self.seen(self.resolve("dev-test/app"), "app"), {"lib-1", "under-1"})

    def test_a_build_sees_what_the_packages_of_the_run_take_from_the_base(self):
        self.library("mid-1", BDEPEND="dev-test/tool", RDEPEND="dev-test/lib")
        self.library("app-1", DEPEND="dev-test/mid")
        document = self.resolve("dev-test/app")
        self.assertEqual(order(document), ["mid", "app"])
        self.assertEqual(self.seen(document, "mid"), {"tool-1"})
        self.assertEqual(self.seen(document, "app"), {"lib-1", "under-1"})

    def test_with_an_empty_tree_too(self):
        self.library("mid-1", RDEPEND="dev-test/lib")
        self.library("app-1", DEPEND="dev-test/mid")
        document = self.resolve("dev-test/app", mode="--emptytree")
        self.assertIn("lib", order(document))
        self.assertEqual(self.seen(document, "mid"), set())
        self.assertEqual(self.seen(document, "app"), {"lib-1", "under-1"})

    def test_what_the_run_builds_anew_is_not_seen(self):
        self.library("app-1", DEPEND="dev-test/lib")
        self.assertEqual(self.seen(self.resolve("dev-test/app", mode="--emptytree"), "app"), {"under-1"})


class WhatTheBaseHolds(Base):
    @classmethod
    def install(cls):
        cls.library("under-1")
        cls.library("other-1")
        cls.library("lib-1", RDEPEND="dev-test/under")
        cls.overlay.install("dev-test/under", "dev-test/lib", "dev-test/other")
        cls.library("app-1", DEPEND="dev-test/lib dev-test/other")

    def reinstalled(self, name, content):
        self.library(f"{name}-1", content)
        self.overlay.install(f"dev-test/{name}")
        return self.resolve("dev-test/app")

    def test_merged_again_a_package_is_the_same_and_with_other_content_another(self):
        def digests(document):
            return {package["cpv"]: package["digest"] for package in document["base"]}

        first = digests(self.resolve("dev-test/app"))
        self.assertEqual(digests(self.reinstalled("other", "1")), first)
        second = digests(self.reinstalled("other", "2"))
        self.assertEqual({cpv for cpv in first if first[cpv] != second[cpv]}, {"dev-test/other-1"})

    def test_the_system_is_in_the_foundation(self):
        before = self.resolve("dev-test/app")
        self.assertEqual(self.seen(before, "app"), {"lib-1", "under-1", "other-1"})
        self.overlay.configure("profile/packages", "*dev-test/lib")
        after = self.resolve("dev-test/app")
        system = {package["cpv"] for package in after["base"] if package["system"]}
        self.assertEqual(system, {"dev-test/lib-1", "dev-test/under-1"})
        self.assertEqual(self.seen(after, "app"), {"other-1"})
        self.assertNotEqual(after["foundation"], before["foundation"])
        self.assertEqual(self.reinstalled("other", "3")["foundation"], after["foundation"])
        self.assertNotEqual(self.reinstalled("under", "3")["foundation"], after["foundation"])


class Cycles(Base):
    """egg needs hen to build and hen needs egg; the base has both."""

    @classmethod
    def install(cls):
        cls.library("egg-1")
        cls.library("hen-1")
        cls.overlay.install("dev-test/egg", "dev-test/hen")

    def cycle(self, **variables):
        """The document, and who comes first; OTHER in a variable is the other one."""
        for name, other in (("egg", "hen"), ("hen", "egg")):
            mine = {key: value.replace("OTHER", f"dev-test/{other}") for key, value in variables.items()}
            self.overlay.ebuild(f"{name}-1", **mine)
        document = self.resolve("dev-test/hen", mode="--emptytree")
        self.assertEqual(sorted(order(document)), ["egg", "hen"])
        return document, *order(document)

    def without(self, **variables):
        document, first, second = self.cycle(**variables)
        self.assertIsNone(use_without(document, second, first))
        return use_without(document, first, second)

    def test_a_build_that_comes_too_early_sees_the_base(self):
        document, first, second = self.cycle(BDEPEND="OTHER")
        self.assertEqual(self.seen(document, first), {f"{second}-1"})
        self.assertEqual(self.seen(document, second), set())

    def test_no_flag_mends_a_plain_dependency(self):
        self.assertEqual(self.without(BDEPEND="OTHER", IUSE="+chick"), [])

    def test_a_flag_to_turn_off(self):
        self.assertEqual(self.without(BDEPEND="chick? ( >=OTHER-1 )", IUSE="+chick"), ["-chick"])

    def test_a_flag_to_turn_on(self):
        self.assertEqual(self.without(BDEPEND="!stone? ( OTHER )", IUSE="stone"), ["+stone"])

    def test_either_of_two(self):
        found = self.without(BDEPEND="a? ( !b? ( OTHER ) )", IUSE="+a b")
        self.assertEqual(found, ["+b", "-a"])

    def test_a_flag_that_removes_only_one_of_two_atoms_does_not_help(self):
        self.assertEqual(self.without(BDEPEND="a? ( OTHER )", DEPEND=">=OTHER-1", IUSE="+a"), [])

    def test_required_use_is_kept(self):
        self.assertEqual(self.without(BDEPEND="a? ( OTHER )", IUSE="+a", REQUIRED_USE="a"), [])


class TheImagesStatement(Base):
    def test_it_is_part_of_the_foundation(self):
        self.library("app-1")
        before = self.resolve("dev-test/app")["foundation"]
        self.assertEqual(self.resolve("dev-test/app")["foundation"], before)
        old = STATEMENT.read_text() if STATEMENT.exists() else None
        STATEMENT.parent.mkdir(exist_ok=True)
        self.addCleanup(STATEMENT.unlink if old is None else lambda: STATEMENT.write_text(old))
        STATEMENT.write_text("glibc 2.99\n")
        self.assertNotEqual(self.resolve("dev-test/app")["foundation"], before)

    def test_the_mini_image_states_what_it_is_made_of(self):
        if subprocess.run(["which", "dpkg-query"], capture_output=True, check=False).returncode != 0:
            self.skipTest("the base is not Debian")
        lines = STATEMENT.read_text().splitlines()
        self.assertIn("portage", {line.split()[0] for line in lines})
        self.assertIn("libc6", {line.split()[0] for line in lines})


if __name__ == "__main__":
    unittest.main()
