import Foundation
import Shared
import Stack
import SystemPackage
import Testing

/// `farm.yaml`, and what counts more than it.
struct FarmFileTests {
    /// Reads a farm file beside these other files.
    private static func read(
        _ text: String, files: [String: String] = [:], _ overrides: FarmFileReader.Overrides = .init()
    ) throws -> FarmFile {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("farm-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        for (name, text) in files.merging(["farm.yaml": text], uniquingKeysWith: { $1 }) {
            let file = directory.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return try FarmFileReader.read(FilePath(directory.path).appending("farm.yaml"), overrides)
    }

    private static func faults(_ text: String, files: [String: String] = [:]) -> [String] {
        do {
            _ = try read(text, files: files)
            return []
        } catch let error as StackFaults {
            return error.faults.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    @Test func `The example is read, and what is not said has a default`() throws {
        let farm = try FarmFileReader.read(TestData.hepSoftFarm.appending("farm.yaml"))
        #expect(farm.name.value == "hep-soft" && farm.name.source.description == "farm.yaml:3")
        #expect(farm.platform.value == .amd64)
        #expect(farm.sets.count == 8 && farm.subjects.map(\.name) == ["simulation", "analysis", "serving"])
        #expect(farm.policies.atomic.value && farm.policies.ccache?.value.bytes == 20 << 30)
        #expect(!farm.policies.tests.value && farm.policies.tests.source == .builtIn)
        #expect(farm.policies.licenses?.value == ["@FREE", "@BINARY-REDISTRIBUTABLE"])
    }

    @Test func `The command line counts more than the environment, and that more than the file`() throws {
        let text = "name: a\ntype: opt\njobs: 2\n"
        let environment = ["BINFARM_TYPE": "dbg", "BINFARM_JOBS": "4", "BINFARM_UNKNOWN": "x"]
        let farm = try Self.read(text, .init(commandLine: ["jobs=8"], environment: environment))
        #expect(farm.type.value == "dbg" && farm.type.source == .environment("BINFARM_TYPE"))
        #expect(farm.jobs?.value == 8 && farm.jobs?.source == .commandLine("--set jobs=8"))
        #expect(farm.name.source.description == "farm.yaml:1")
        let wrong = #expect(throws: StackFaults.self) {
            try Self.read(
                text, .init(commandLine: ["job=8", "jobs", "jobs=many"], environment: ["BINFARM_PLATFORM": "vax"]))
        }
        #expect(
            wrong?.faults.map(\.description) == [
                "--set job=8: sets nothing", "--set jobs: sets nothing",
                "$BINFARM_PLATFORM: 'vax' is no value of platform", "--set jobs=many: 'many' is no value of jobs",
            ])
    }

    @Test func `All that is wrong is told at once, also in the files that it names`() {
        let text = """
            nam: x
            name: bad name
            platform: sparc
            type: fast
            stage3: yesterday
            profile:
            policies: {tests: maybe, ccache: 5, atomc: yes, licenses: [GPL 2, "(x)"]}
            overlays:
                one: {path: a, git: b}
                two: {git: 'https://example.org/two', commit: main}
                three: {branch: x}
            types: {slow: {features: [UPPER]}}
            make.conf: {1A: x, B: $(rm -rf /), D: '`ls`', C: "two\\nlines"}
            env: {../x: {A: b}}
            sets: [s.yaml, none.yaml]
            subjects: {all: [physics, chemistry]}
            """
        let found = Self.faults(text, files: ["s.yaml": "physics: {a/b: {env: [none.conf]}, c: {}}"])
        #expect(
            found == [
                "farm.yaml:1:1: 'nam' is not known of a farm", "farm.yaml:6:9: profile is one value",
                "farm.yaml:7:37: 'atomc' is no policy", "farm.yaml:2:7: 'bad name' is no value of name",
                "farm.yaml:12:27: 'UPPER' is no word of FEATURES", "farm.yaml:12:9: the type slow has no cflags",
                "farm.yaml:4:7: 'fast' is no value of type", "farm.yaml:3:11: 'sparc' is no value of platform",
                "farm.yaml:5:9: 'yesterday' is no value of stage3",
                "farm.yaml:7:34: '5' is no value of policies.ccache",
                "farm.yaml:7:19: 'maybe' is no value of policies.tests",
                "farm.yaml:7:59: 'GPL 2 (x)' is no value of policies.licenses",
                "farm.yaml:9:5: the overlay one has no place, or more than one",
                "farm.yaml:10:5: the overlay two is at no commit",
                "farm.yaml:11:13: 'branch' is not known of an overlay",
                "farm.yaml:11:5: the overlay three has no place, or more than one",
                "farm.yaml:13:13: '1A' is no variable", "farm.yaml:13:23: '$(rm -rf /)' is no value of B",
                "farm.yaml:13:39: '`ls`' is no value of D", "farm.yaml:13:50: 'two lines' is no value of C",
                "farm.yaml:14:7: '../x' is no file below /etc/portage/env",
                "s.yaml:1:36: 'c' is no atom: the category is missing, as in dev-libs/c",
                // A set that cannot be read is not missed by name, too.
                "none.yaml: cannot be read: No such file or directory",
            ])
    }

    @Test func `A set or an env file that is not there is missed by name`() {
        let files = ["s.yaml": "physics: {a/b: {env: [none.conf, debugsyms.conf, mine.conf]}}"]
        #expect(
            Self.faults(
                "name: x\nsets: [s.yaml]\nsubjects: {all: [physics, chemistry]}\nenv: {mine.conf: {A: b}}", files: files
            ) == [
                "farm.yaml:3:27: there is no set 'chemistry'", "s.yaml:1:23: there is no env file 'none.conf'",
            ])
    }

    @Test func `A farm means a make.conf that says where each line comes from`() throws {
        let farm = try Self.read(
            """
            name: x
            type: fast
            jobs: 4
            types: {fast: {cflags: -O3 -pipe, features: [splitdebug]}}
            policies: {tests: yes, licenses: -* @FREE}
            make.conf: {VIDEO_CARDS: "", USE: '-X "q" ${MINE}', FEATURES: ccache}
            env: {mine.conf: {CFLAGS: '${CFLAGS} -g3'}}
            """)
        let tree = PortageTree(farm)
        #expect(
            tree.files["make.conf"] == #"""
                # Written by farmctl from the farm file of x: change it there.
                # farm.yaml:4
                COMMON_FLAGS="-O3 -pipe -march=x86-64"
                CFLAGS="${COMMON_FLAGS}"
                CXXFLAGS="${COMMON_FLAGS}"
                FCFLAGS="${COMMON_FLAGS}"
                FFLAGS="${COMMON_FLAGS}"
                # default
                CHOST="x86_64-pc-linux-gnu"
                # farm.yaml:3
                MAKEOPTS="-j4"
                # farm.yaml:3
                EMERGE_DEFAULT_OPTS="--jobs=4 --load-average=4"
                # farm.yaml:4
                FEATURES="splitdebug"
                # farm.yaml:5
                FEATURES="${FEATURES} test"
                # farm.yaml:5
                ACCEPT_LICENSE="-* @FREE"
                # farm.yaml:6
                VIDEO_CARDS=""
                # farm.yaml:6
                USE="-X \"q\" ${MINE}"
                # farm.yaml:6
                FEATURES="${FEATURES} ccache"

                """#)
        #expect(
            tree.files["env/mine.conf"] == """
                # Written by farmctl from farm.yaml:7: change it there.
                CFLAGS="${CFLAGS} -g3"

                """)
    }

    @Test func `Files that are kept by hand are added, and take the place of nothing else`() throws {
        let files = [
            "s.yaml": "physics: {a/b: {use: [x], env: [mine.conf]}}", "etc/package.license": "a/b GPL-2\n",
            "etc/package.use/more": "a/c y\n", "etc/env/mine.conf": "CFLAGS=-O1\n", "etc/make.conf": "USE=z\n",
            "etc/.keep": "", "etc/env/no-tmpfs.conf": "PORTAGE_TMPDIR=/here\n",
        ]
        let tree = PortageTree(try Self.read("name: x\nsets: [s.yaml]\nconfig: [etc]\n", files: files))
        #expect(tree.files["package.license/local"] == "a/b GPL-2\n")
        #expect(
            tree.files["package.use/more"] == "a/c y\n"
                && tree.files["package.use/physics"]?.hasSuffix("a/b x\n") == true)
        #expect(tree.files["env/mine.conf"] == "CFLAGS=-O1\n")
        #expect(tree.files["env/no-tmpfs.conf"] == "PORTAGE_TMPDIR=/here\n", "it takes the place of the standard one")
        #expect(tree.files["make.conf"]?.contains("USE=z") == false && tree.files[".keep"] == nil)
        #expect(
            Self.faults(
                "name: x\nsets: [s.yaml]\nconfig: [etc, none]\n",
                files: files.merging(
                    ["etc/package.use/physics": ""], uniquingKeysWith: { $1 })
            )
            .map { $0.prefix { $0 != ":" } } == ["none", "etc/package.use/physics"])
    }

    @Test func `A subject has its own sets alone`() throws {
        let farm = try FarmFileReader.read(TestData.hepSoftFarm.appending("farm.yaml"))
        let tree = PortageTree(farm, sets: farm.subjects.last?.sets)
        let sets = tree.files.keys.filter { $0.hasPrefix("sets/") }.sorted()
        #expect(sets == ["sets/hf-base", "sets/hf-db", "sets/hf-frontend", "sets/hf-python"])
    }
}
