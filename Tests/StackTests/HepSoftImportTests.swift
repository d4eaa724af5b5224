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

    @Test(arguments: [
        ("X=a\nX?=b", "a"), ("X?=b", "b"), ("X?=a\nX?=b", "a"), ("X?=a\nX=b", "b"), ("X=\nX?=b", ""),
        ("X=a\nX+=b\nX += c", "a b c"), ("X+=b", "b"), ("X=a\nX+=", "a"), ("Y=1\nX=$(Y)\nX+=$(Y)\nY=2", "2 2"),
        ("Y=1\nX:=a\nX+=$(Y)\nY=2", "a 1"), ("Y=1\nX=$(Y)\nY=2", "2"), ("Y=1\nX:=$(Y)\nY=2", "1"),
        ("Y=1\nX::=$(Y)\nY=2", "1"), ("Y=1\nX :::= $(Y)\nY=2", "1"), ("Y=1\nX:::=$$$(Y)\nX+=$(Y)\nY=2", "$1 2"),
        ("X:::=$(shell a)", nil), ("X:=a\nX:=$(X)b", "ab"),
        ("X:=a$$b\nY=c\nX+=$(Y)", "a$b c"), ("export X = a", "a"), ("override X:=a", "a"),
        ("export=a\nX=$(export)", "a"),
        ("X:=$(shell a)\nX+=b", nil), ("X=b\nX!=nproc", nil), ("X:=a\nX+=$(shell b)", nil),
        ("X=$(shell a)\nX=b", "b"),
    ])
    func `An assignment counts as it does for make`(makefile: String, value: String?) {
        #expect(MakefileVariables(makefile).value("X") == value)
    }

    @Test func `A variable that is assigned again is one, with the line that counts`() {
        let variables = MakefileVariables("A=1\nB=2\nA+=$(B)\nB?=3\n")
        #expect(variables.all.map(\.name) == ["A", "B"])
        #expect(variables.all.map(\.line) == [3, 2])
        #expect(variables["A"]?.text == "1 $(B)", "as it was written")
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
                    "Makefile: RELEASE_IMAGE_NAME", "Makefile: LONG, LOOP, DOLLAR", "presets/other.txt",
                    "root.a.d/etc/version.txt", "root.a.d/etc/portage/package.use/pam-workaround",
                    "root.b.d/var/db/repos/lost",
                ])
            #expect(found.remainders.allSatisfy { !$0.advice.isEmpty })
        }
    }

    /// What is left of a checkout with a Makefile of one setting and these files.
    private static func left(_ files: [String: String]) throws -> [String] {
        var left: [String] = []
        try imported(files.merging(["Makefile": "PLATFORM=amd64\n"]) { $1 }) { found, _ in
            #expect(found.remainders.allSatisfy { !$0.advice.isEmpty })
            left = found.remainders.map(\.what)
        }
        return left
    }

    @Test func `Portage's files that the farm makes itself are listed, and all others are carried over`() throws {
        let files = [
            "make.conf", "repos.conf/a.conf", "repos.conf/b.conf", "make.profile/parent", "package.use/a",
            "env/make.conf",
        ]
        #expect(
            try Self.left(.init(uniqueKeysWithValues: files.map { ("root.a.d/etc/portage/\($0)", "") })) == [
                "root.a.d/etc/portage/make.conf", "root.a.d/etc/portage/make.profile",
                "root.a.d/etc/portage/repos.conf/a.conf, root.a.d/etc/portage/repos.conf/b.conf",
            ])
        #expect(
            try Self.left(["root.b.d/etc/portage/make.conf/flags": "", "root.c.d/etc/portage/repos.conf": ""]) == [
                "root.b.d/etc/portage/make.conf/flags", "root.c.d/etc/portage/repos.conf",
            ])
    }

    @Test func `Only a tree's own configuration and repositories are not listed as its other files`() throws {
        let deep = (1...9).map { "\($0)" }.joined(separator: "/")
        #expect(
            try Self.left([
                "root.a.d/etc/portage/package.use/a": "", "root.a.d/var/db/repos/r/profiles/repo_name": "r",
                "root.a.d/opt/etc/portage/b": "", "root.a.d/opt/var/db/repos/c": "", "root.b.d/\(deep)": "",
            ]) == [
                "root.a.d/opt/etc/portage/b, root.a.d/opt/var/db/repos/c", "root.b.d/1/2/3/4/5/6/7/8/",
            ])
    }

    @Test func `What built images and trees is listed, and what the Makefile made of it is not`() throws {
        let files = [
            "context.a.d/Dockerfile", "context.b.d/Dockerfile", "context.b.d/bootstrap.sh", "context.b.d/root.d.tar",
            "exec/hepsoft.sh", "exec/gen_subtree.py", "mk-venv.sh", "README.md",
        ]
        #expect(
            try Self.left(.init(uniqueKeysWithValues: files.map { ($0, "") })) == [
                "context.a.d/Dockerfile, context.b.d/Dockerfile", "context.b.d/bootstrap.sh",
                "exec/gen_subtree.py, exec/hepsoft.sh, mk-venv.sh",
            ])
    }

    @Test func `Many of a kind are listed with their number`() throws {
        let presets = { (count: Int) in
            try Self.left(.init(uniqueKeysWithValues: (1...count).map { ("presets/\($0 % 10)-\($0).yaml", "") }))
        }
        let named = (1...8).map { "presets/\($0)-\($0).yaml" }.joined(separator: ", ")
        #expect(try presets(9) == ["\(named), presets/9-9.yaml"])
        #expect(try presets(8) == [named])
        #expect(
            try Self.left(.init(uniqueKeysWithValues: (100...111).map { ("exec/\($0)", "") })) == [
                (100...107).map { "exec/\($0)" }.joined(separator: ", ") + " and 4 more"
            ])
    }

    /// The farm file of a checkout with nothing but a Makefile, and what is left of that.
    private static func farm(_ makefile: String) throws -> (farm: FarmFile, left: [HepSoftImport.Remainder]) {
        var result: (FarmFile, [HepSoftImport.Remainder])?
        try imported(["Makefile": makefile]) { found, directory in
            let file = directory.appending("farm.yaml")
            try Data(found.farmFile.utf8).write(to: URL(fileURLWithPath: file.string))
            result = (try FarmFileReader.read(file), found.remainders)
        }
        return try #require(result)
    }

    @Test func `Where packages were published the farm publishes`() throws {
        let (farm, left) = try Self.farm("REMOTE_HOST=me@www.example.org\nREMOTE_DIR=/var/www/pkgs/\n")
        #expect(farm.publish?.value == "me@www.example.org:/var/www/pkgs")
        #expect(left == [])
    }

    @Test(arguments: [
        "REMOTE_HOST=www", "REMOTE_DIR=/srv", "REMOTE_HOST=\nREMOTE_DIR=/srv", "REMOTE_HOST=www\nREMOTE_DIR=/srv/a b",
        "REMOTE_HOST=-oProxyCommand=x\nREMOTE_DIR=/srv", "REMOTE_HOST=www\nREMOTE_DIR=/srv/$(shell date)",
        "REMOTE_HOST=www\nREMOTE_DIR=:module", "REMOTE_HOST=www\nREMOTE_DIR=/",
    ])
    func `A place that is not plain is left to people`(makefile: String) throws {
        let (farm, left) = try Self.farm(makefile)
        #expect(farm.publish == nil)
        #expect(left.map(\.what) == ["REMOTE_HOST", "REMOTE_DIR"].filter(makefile.contains).map { "Makefile: \($0)" })
    }

    @Test func `Binhosts that Portage took packages from are upstreams, and their keys are left to people`() throws {
        let (farm, left) = try Self.farm(
            "H=example.org\nPORTAGE_BINHOST=https://$(H)/a/ http://b.example.org https://example.org/a\n")
        #expect(
            farm.upstreams.map(\.place) == [
                .binhost(address: "https://example.org/a", keys: nil),
                .binhost(address: "http://b.example.org", keys: nil),
            ])
        #expect(left.map(\.what) == ["the keys of https://example.org/a http://b.example.org", "Makefile: H"])
    }

    @Test(arguments: [
        "", "/var/cache/binpkgs", "file:///srv", "https://me:secret@example.org", "https://example.org /srv",
        "https://$(shell hostname)",
    ])
    func `What a farm file may not name as an upstream is left to people`(binhost: String) throws {
        let (farm, left) = try Self.farm("PORTAGE_BINHOST=\(binhost)\n")
        #expect(farm.upstreams.isEmpty)
        #expect(left.map(\.what) == ["Makefile: PORTAGE_BINHOST"])
    }

    @Test(arguments: [[:], ["Makefile": "all:\n\techo\n"]])
    func `Another directory is no such checkout`(files: [String: String]) {
        #expect(throws: StackFault.self) { try Self.imported(files) { _, _ in } }
    }
}
