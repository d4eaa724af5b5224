import FaultSimulation
import Foundation
import Shared
import Stack
import SystemPackage
import Testing

/// Package sets as groups keep them in YAML.
struct PackageSetTests {
    @Test func `The sets of HEP-Soft are read as they are, and a set in two files is one`() throws {
        let sets = try TestData.hepSoft()
        #expect(
            sets.map(\.name) == [
                "hf-base", "hf-sci-soft", "hf-dev-tools", "hf-aux-dev", "hf-python", "hf-db", "hf-frontend", "hf-misc",
            ])
        let base = try #require(sets.first)
        #expect(base.origins.map(\.description) == ["spec-binfarm.yaml:1:1", "spec-hepsoft.yaml:158:1"])
        #expect(base.members.count == 7)
        #expect(base.entries.filter { $0.atom.cp == "app-editors/vim" }.map(\.use).last?.first == "-minimal")
        let geant = try #require(sets[1].entries.first)
        #expect(geant.atom.description == "=sci-physics/geant-4.10.6_p2")
        #expect(geant.env.map(\.text) == ["debugsyms.conf", "installsources.conf"])
        #expect(geant.dependencies.count == 7)
        // One item of a list with several words in it.
        let qt = sets[4].entries.flatMap(\.dependencies).first { $0.atom.cp == "dev-python/PyQt5" }
        #expect(qt?.use == ["svg", "gui", "widgets"])
    }

    @Test func `All that is wrong is told at once, each with its place and what to do`() {
        let text = """
            good:
                dev-libs/expat: {}
            'bad name': {}
            physics:
                dev-libs/expat-2.5: {}
                '>=dev-libs/pcre2': {use: [jit]}
                "=sci-physics/geant-4*":
                    use: [qt5, --x, "PYTHON_TARGETS: python3_11"]
                    keyword: [~amd64]
                    accept_keywords: ~amd64
                    env: [../passwd]
                    deps:
                        'dev-qt/*': {use: [X]}
                        sci-physics/clhep: {deps: {a/b: {}}}
                        'a/b[x]': {use: [y]}
                dev-libs/*: {}
                '!a/b': {}
                a/c[x]: {}
                a/d: use
                a/e: {mask: ['>a/e-2', '>a/e']}
            """
        let faults = #expect(throws: StackFaults.self) { try PackageSetReader.read(text, named: "s.yaml") }?.faults
        #expect(
            faults?.map(\.description) == [
                "s.yaml:3:1: 'bad name' is no name for a set",
                "s.yaml:5:5: 'dev-libs/expat-2.5' is no atom: a version wants an operator before the name, such as '='",
                "s.yaml:6:22: '>=dev-libs/pcre2' is no atom: '>=' wants a version behind the name",
                "s.yaml:8:20: '--x' is wrong among the USE flags",
                "s.yaml:9:9: 'keyword' is not known of a package",
                "s.yaml:11:15: '../passwd' is no file below /etc/portage/env",
                "s.yaml:14:33: 'deps' is not known of a package",
                "s.yaml:15:13: nothing can be said of 'a/b[x]'",
                "s.yaml:16:5: 'dev-libs/*' is many packages: it cannot be a member of a set",
                "s.yaml:17:5: '!a/b' blocks a package, and wants none: it cannot be a member of a set",
                "s.yaml:18:5: 'a/c[x]' has USE flags in brackets: it cannot be a member of a set",
                "s.yaml:19:10: a/d is written as `name: value` pairs",
                "s.yaml:20:29: '>a/e' is no atom: '>' wants a version behind the name",
            ])
        #expect(faults?.allSatisfy { !$0.remedy.isEmpty } == true)
    }

    @Test(
        arguments: [
            ("a: [b", "s.yaml:2:1: this is no YAML: "),
            ("a: {b: {}}\na: {c: {}}", "s.yaml:1:1: stands there more than once: a"),
            ("- a", "s.yaml:1:1: a file of package sets is written as"), ("\t", "s.yaml:1:"),
            ("a: *none", "s.yaml:1:"),
        ])
    func `What is no YAML of sets says where`(text: String, beginning: String) {
        let faults = #expect(throws: StackFaults.self) { try PackageSetReader.read(text, named: "s.yaml") }?.faults
        #expect(faults?.first?.description.hasPrefix(beginning) == true, "\(faults ?? [])")
    }

    @Test(arguments: ["", "# nothing\n", "a:\n", "a: {}\n", "~"])
    func `A file or a set in which nothing stands is no fault`(text: String) throws {
        #expect(try PackageSetReader.read(text, named: "s.yaml").allSatisfy { $0.entries.isEmpty })
    }

    @Test func `Aliases do not make a small file a large one`() {
        let lines = (1...8).map { level in
            "x\(level): &x\(level) {" + (0..<10).map { "'a/p\($0)': {use: *u}" }.joined(separator: ", ") + "}"
        }
        let flags = (0..<5000).map { "f\($0)" }.joined(separator: ", ")
        let text = "u0: {a/b: {use: &u [\(flags)]}}\n" + lines.joined(separator: "\n")
        let faults = #expect(throws: StackFaults.self) { try PackageSetReader.read(text, named: "s.yaml") }?.faults
        #expect(faults?.first?.problem.contains("more than anybody can want") == true)
    }

    @Test(arguments: 0..<200) func `Damaged files are read or refused, and nothing else`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var bytes = Array(try TestData.text(TestData.hepSoftFarm.appending("presets/spec-hepsoft.yaml")).utf8)
        for _ in 0..<Int.random(in: 1...20, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: place)
            default: bytes.insert(Array(":[]{}*&!|>-\n\t '\"".utf8).randomElement(using: &random) ?? 0, at: place)
            }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        do {
            for set in try PackageSetReader.read(text, named: "s.yaml") {
                var tree = PortageTree()
                tree.add(set)
                #expect(tree.files.keys.allSatisfy { !$0.contains("..") })
            }
        } catch {
            #expect(!error.faults.isEmpty)
        }
    }
}
