import Foundation
import Stack
import SystemPackage
import Testing

/// A farm file of a checkout of HEP-Soft.
struct HepSoftImportTests {
    private static let makefile = """
        # A comment; A=1
        PORTAGE_TAG=20200815
        PLATFORM = amd64
        STAGE3_TAG := 20200815   # of the same day
        BINFARM_TYPE ?= dbg
        GENTOO_PROFILE=hep:binfarm/$(BINFARM_TYPE)
        DOCKER=sudo -u collector docker
        BUILD_NPROC=$(shell nproc)
        REMOTE_HOST=example.org
        RELEASE_IMAGE_NAME=me/farm-${PLATFORM}:$(STAGE3_TAG)
        LONG=one \\
            two
        all: BINFARM_TYPE=opt
        \tPLATFORM=x86 make
        LOOP=$(LOOP)
        DOLLAR=a$$b
        """

    /// Makes a checkout of these files, and imports it.
    private static func imported(
        _ files: [String: String], submodules: [HepSoftImport.Submodule] = [],
        _ body: (HepSoftImport, FilePath) throws -> Void
    ) throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("hep-\(UUID())/my-soft")
        defer { try? FileManager.default.removeItem(at: directory.deletingLastPathComponent()) }
        for (name, text) in files {
            let file = directory.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        let path = FilePath(directory.path)
        try body(try HepSoftImport(path, submodules: submodules), path)
    }

    @Test func `Variables are read as make reads them, and what it would have to run is none`() {
        let variables = MakefileVariables(Self.makefile)
        #expect(variables.value("GENTOO_PROFILE") == "hep:binfarm/dbg")
        #expect(variables.value("STAGE3_TAG") == "20200815")
        #expect(variables.value("RELEASE_IMAGE_NAME") == "me/farm-amd64:20200815")
        #expect(variables.value("PLATFORM") == "amd64", "a recipe is the shell's")
        #expect(variables.value("BINFARM_TYPE") == "dbg", "and a rule's own variable is the rule's")
        #expect(variables.value("LONG")?.split(separator: " ") == ["one", "two"])
        #expect(variables.value("DOLLAR") == "a$b")
        for name in ["BUILD_NPROC", "LOOP", "NONE"] { #expect(variables.value(name) == nil) }
        #expect(variables["BUILD_NPROC"]?.line == 8)
    }

    @Test func `What it writes is a farm file that is read, and all the rest is listed`() throws {
        let files = [
            "Makefile": Self.makefile, "presets/spec-a.yaml": "a: {dev-libs/expat: {env: [mine.conf]}}",
            "presets/other.txt": "x", "root.a.d/etc/portage/package.license": "a/b X\n",
            "root.a.d/etc/portage/env/mine.conf": "CFLAGS=-O1\n",
            "root.a.d/etc/portage/package.use/pam-workaround": "a/b x\n",
            "root.a.d/etc/version.txt": "1", "root.a.d/var/db/repos/local/profiles/repo_name": "local\n",
            "root.b.d/var/db/repos/remote/.keep": "", "root.b.d/var/db/repos/lost/.keep": "",
        ]
        let submodule = HepSoftImport.Submodule(
            path: "root.b.d/var/db/repos/remote", url: "git@example.org:it's.git",
            commit: String(repeating: "a1", count: 20))
        try Self.imported(files, submodules: [submodule]) { found, directory in
            let file = directory.appending("farm.yaml")
            try Data(found.farmFile.utf8).write(to: URL(fileURLWithPath: file.string))
            let farm = try FarmFileReader.read(file)
            #expect(farm.name.value == "my-soft")
            #expect((farm.type.value, farm.profile?.value) == ("dbg", "hep:binfarm/dbg"))
            #expect((farm.stage3?.value, farm.portage?.value) == ("20200815", "20200815"))
            #expect(farm.jobs == nil)
            #expect(farm.sets.map(\.name) == ["a"])
            #expect(
                farm.configuration.map(\.path) == [
                    "env/mine.conf", "package.license/local", "package.use/pam-workaround",
                ])
            #expect(
                farm.overlays.map(\.place) == [
                    .directory("root.a.d/var/db/repos/local"), .git(url: submodule.url, commit: submodule.commit),
                ])
            let left = found.remainders.map(\.what)
            #expect(
                left == [
                    "Makefile: BUILD_NPROC=$(shell nproc)", "Makefile: DOCKER", "Makefile: REMOTE_HOST",
                    "Makefile: RELEASE_IMAGE_NAME", "root.a.d/etc/version.txt",
                    "root.a.d/etc/portage/package.use/pam-workaround", "root.b.d/var/db/repos/lost",
                ])
            #expect(found.remainders.allSatisfy { !$0.advice.isEmpty })
        }
    }

    @Test(arguments: [[:], ["Makefile": "all:\n\techo\n"]])
    func `Another directory is no such checkout`(files: [String: String]) {
        #expect(throws: StackFault.self) { try Self.imported(files) { _, _ in } }
    }
}
