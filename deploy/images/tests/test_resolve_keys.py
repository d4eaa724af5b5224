"""What the probe says of that which determines a build: when it changes, and when it must not."""

import unittest

from overlay import Overlay

SHA, BLAKE = "1" * 128, "2" * 128


class Keys(unittest.TestCase):
    def setUp(self):
        self.overlay = Overlay()
        self.addCleanup(self.overlay.close)

    def resolve(self, *targets):
        document = self.overlay.resolve(*targets)
        self.assertTrue(document["ok"], document.get("error"))
        return document

    def changed(self, before, after):
        """What differs: {"recipe": packages, "environment": packages, "base": packages}, or "foundation"."""
        found = {}
        one, other = facts(before), facts(after)
        self.assertEqual(one.keys(), other.keys())
        for part in ("recipe", "environment", "base"):
            packages = {name for name in one if one[name][part] != other[name][part]}
            if packages:
                found[part] = packages
        if before["foundation"] != after["foundation"]:
            found["foundation"] = True
        return found


def facts(document):
    return {
        node["pn"]: {
            "recipe": node["recipe"],
            "environment": document["environments"][node["environment"]],
            "base": [document["base"][index] for index in node["base"]],
        }
        for node in document["nodes"]
    }


class WhatTheRepositoryDecides(Keys):
    def setUp(self):
        super().setUp()
        overlay = self.overlay
        overlay.write("eclass/one.eclass", "one() { :; }")
        overlay.write("eclass/two.eclass", "inherit three\ntwo() { :; }")
        overlay.write("eclass/three.eclass", "three() { :; }")
        overlay.ebuild("a-1", body="inherit one\n")
        overlay.ebuild("b-1", body="inherit two\n", DEPEND="dev-test/a")
        overlay.ebuild("c-1", RDEPEND="dev-test/b")
        self.before = self.resolve("dev-test/c")

    def after(self):
        return self.changed(self.before, self.resolve("dev-test/c"))

    def test_nothing_changed(self):
        self.assertEqual(self.after(), {})

    def test_the_same_files_elsewhere_are_the_same(self):
        other = Overlay()
        self.addCleanup(other.close)
        for file in self.overlay.root.rglob("*"):
            if file.suffix in (".ebuild", ".eclass"):
                other.write(file.relative_to(self.overlay.root), file.read_text()[:-1])
        self.assertEqual(self.changed(self.before, other.resolve("dev-test/c")), {})

    def test_an_ebuild_concerns_only_its_own_package(self):
        self.overlay.ebuild("a-1", body="inherit one\n# a comment\n")
        self.overlay.ebuild("unrelated-1")
        self.assertEqual(self.after(), {"recipe": {"a"}})

    def test_an_eclass_concerns_those_that_inherit_it(self):
        self.overlay.write("eclass/one.eclass", "one() { true; }")
        self.assertEqual(self.after(), {"recipe": {"a"}})

    def test_an_eclass_concerns_those_that_inherit_it_through_another(self):
        self.overlay.write("eclass/three.eclass", "three() { true; }")
        self.assertEqual(self.after(), {"recipe": {"b"}})

    def test_files_concern_their_package(self):
        self.overlay.write("dev-test/a/files/x/one.patch", "1")
        first = self.resolve("dev-test/c")
        self.assertEqual(self.changed(self.before, first), {"recipe": {"a"}})
        self.overlay.write("dev-test/a/files/x/one.patch", "2")
        second = self.resolve("dev-test/c")
        self.assertEqual(self.changed(first, second), {"recipe": {"a"}})
        (self.overlay.root / "dev-test/a/files/link").symlink_to("x/one.patch")
        third = self.resolve("dev-test/c")
        self.assertEqual(self.changed(second, third), {"recipe": {"a"}})
        (self.overlay.root / "dev-test/a/files/link").unlink()
        (self.overlay.root / "dev-test/a/files/link").symlink_to("x")
        self.assertEqual(self.changed(third, self.resolve("dev-test/c")), {"recipe": {"a"}})

    def test_a_distfile_concerns_who_fetches_it(self):
        def manifest(used, unused):
            self.overlay.write("dev-test/a/Manifest", f"DIST a.tar.gz 1 BLAKE2B {BLAKE} SHA512 {used}\n"
                               f"DIST b.tar.gz 1 BLAKE2B {BLAKE} SHA512 {unused}")
            return self.resolve("dev-test/c")

        self.overlay.ebuild("a-1", body="inherit one\n", IUSE="flag",
                            SRC_URI="https://example.org/a.tar.gz flag? ( https://example.org/b.tar.gz )")
        first = manifest(SHA, SHA)
        self.assertEqual(self.changed(first, manifest(SHA, BLAKE)), {})
        self.assertEqual(self.changed(first, manifest(BLAKE, SHA)), {"recipe": {"a"}})


class WhatTheConfigurationDecides(Keys):
    def setUp(self):
        super().setUp()
        self.overlay.ebuild("a-1.2", slot="3/4")
        self.overlay.ebuild("b-1", DEPEND="dev-test/a", IUSE="test", RESTRICT="!test? ( test )")
        self.overlay.configure("make.conf/99-test.conf", "")
        self.before = self.resolve("dev-test/b")

    def after(self, before=None):
        return self.changed(before or self.before, self.resolve("dev-test/b"))

    def test_flags_change_the_environment_of_all_and_nothing_else(self):
        self.overlay.configure("make.conf/99-test.conf", 'CFLAGS="-O3"')
        self.assertEqual(self.after(), {"environment": {"a", "b"}})

    def test_every_variable_of_make_conf_counts_but_those_that_say_how_and_where(self):
        self.overlay.configure("make.conf/99-test.conf", 'MAKEOPTS="-j7"\nPORTAGE_TMPDIR="/var/tmp/other"\n'
                               'DISTDIR="/var/cache/other"\nPKGDIR="/var/cache/others"\n'
                               'GENTOO_MIRRORS="https://mirror.example"\nCCACHE_DIR="/x"\n'
                               'PORTAGE_NICENESS="3"\nEMERGE_DEFAULT_OPTS="--jobs 3"\n'
                               'FEATURES="parallel-install -userpriv"')
        self.assertEqual(self.after(), {})
        self.overlay.configure("make.conf/99-test.conf", 'GOAMD64="v3"')
        self.assertEqual(self.after(), {"environment": {"a", "b"}})
        self.overlay.configure("make.conf/99-test.conf", 'NEVER_HEARD_OF="x"')
        self.assertEqual(self.after(), {"environment": {"a", "b"}})

    def test_features_that_change_a_package_count(self):
        self.overlay.configure("make.conf/99-test.conf", 'FEATURES="splitdebug"')
        self.assertEqual(self.after(), {"environment": {"a", "b"}})

    def test_package_env_concerns_its_package(self):
        self.overlay.configure("env/fast.conf", 'CFLAGS="-O3"\nNEVER_HEARD_OF="x"')
        self.overlay.configure("package.env", "dev-test/a fast.conf")
        after = self.resolve("dev-test/b")
        self.assertEqual(self.changed(self.before, after), {"environment": {"a"}})
        environment = facts(after)["a"]["environment"]
        self.assertEqual((environment["CFLAGS"], environment["NEVER_HEARD_OF"]), ("-O3", "x"))

    def test_package_env_may_say_how(self):
        self.overlay.configure("env/alone.conf", 'MAKEOPTS="-j1"\nPORTAGE_TMPDIR="/var/tmp/other"')
        self.overlay.configure("package.env", "dev-test/a alone.conf")
        self.assertEqual(self.after(), {})

    def test_bashrc_concerns_all(self):
        self.overlay.configure("bashrc", "true")
        first = self.resolve("dev-test/b")
        self.assertEqual(self.changed(self.before, first), {"environment": {"a", "b"}})
        self.overlay.configure("bashrc", "false")
        self.assertEqual(self.after(first), {"environment": {"a", "b"}})

    def test_a_hook_concerns_the_package_of_its_name(self):
        for name in ("a", "a:3", "a-1.2"):
            self.overlay.configure(f"env/dev-test/{name}", "true")
            after = self.resolve("dev-test/b")
            self.assertEqual(self.changed(self.before, after), {"environment": {"a"}}, name)
            self.before = after
        self.overlay.configure("env/dev-test/a:4", "true")
        self.assertEqual(self.after(), {})

    def test_patches_are_chosen_as_portage_does(self):
        def patch(directory, text, name="x.patch"):
            self.overlay.configure(f"patches/dev-test/{directory}/{name}", text)
            after = self.resolve("dev-test/b")
            found = self.changed(self.before, after)
            self.before = after
            return found

        mine = {"recipe": {"a"}}
        self.assertEqual(patch("a", "1"), mine)
        self.assertEqual(patch("a", "1", name="readme.txt"), {})
        self.assertEqual(patch("a", "1", name="y.diff"), mine)
        self.assertEqual(patch("a:4", "2"), {})
        self.assertEqual(patch("a:3", "2"), mine)
        self.assertEqual(patch("a", "3"), {}, "the slot's patch hides it")
        self.assertEqual(patch("a-1.2-r0", "3"), mine)
        self.assertEqual(patch("a-1.2", "4"), {}, "the revision's patch hides it")
        self.assertEqual(patch("a-1.2-r1", "4"), {})
        empty = self.overlay.configroot / "etc/portage/patches/dev-test/a-1.2/y.diff"
        empty.write_text("")
        self.assertEqual(self.after(), mine)

    def test_an_implicit_flag_that_is_off_changes_nothing(self):
        self.overlay.write("profiles/new/parent", "gentoo:default/linux/amd64")
        self.overlay.write("metadata/layout.conf",
                           "masters = gentoo\nthin-manifests = true\nprofile-formats = portage-2")
        profile = self.overlay.configroot / "etc/portage/make.profile"
        profile.unlink()
        profile.symlink_to(self.overlay.root / "profiles/new")
        self.assertEqual(self.after(), {})
        expand = ('USE_EXPAND="NEW_FLAGS"\nUSE_EXPAND_HIDDEN="NEW_FLAGS"\nUSE_EXPAND_IMPLICIT="NEW_FLAGS"\n'
                  'USE_EXPAND_VALUES_NEW_FLAGS="one two"\nIUSE_IMPLICIT="surprise"\n')
        self.overlay.write("profiles/new/make.defaults", expand)
        self.assertEqual(self.after(), {})
        self.overlay.write("profiles/new/make.defaults", expand + 'NEW_FLAGS="two"')
        after = self.resolve("dev-test/b")
        self.assertEqual(self.changed(self.before, after), {"environment": {"a", "b"}})
        self.assertIn("new_flags_two", facts(after)["a"]["environment"]["USE_IMPLICIT"].split())

    def test_equal_environments_are_one(self):
        self.assertEqual(len(self.before["environments"]), 1)

    def test_what_is_claimed_to_be_provided_is_part_of_the_foundation(self):
        self.overlay.configure("profile/package.provided", "dev-test/elsewhere-1")
        self.assertEqual(self.after(), {"foundation": True})


if __name__ == "__main__":
    unittest.main()
