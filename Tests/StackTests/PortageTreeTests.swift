import Foundation
import Stack
import SystemPackage
import Testing

/// What package sets and farm files mean in /etc/portage.
struct PortageTreeTests {
    private static func tree(_ text: String) throws -> PortageTree {
        var tree = PortageTree()
        for set in try PackageSetReader.read(text, named: "s.yaml") { tree.add(set) }
        return tree
    }

    @Test func `The sets of HEP-Soft, 65 packages with what they need, mean what another program makes of them`() throws
    {
        var tree = PortageTree()
        for set in try TestData.hepSoft() { tree.add(set) }
        let root = TestData.hepSoftPortage.string
        let paths = try #require(FileManager.default.enumerator(atPath: root)).compactMap { $0 as? String }
            .filter { !$0.hasPrefix(".") && $0.split(separator: "/").count == 2 }
        #expect(Set(tree.files.keys) == Set(paths))
        for path in paths {
            let expected = try TestData.text(TestData.hepSoftPortage.appending(path))
            let found = try #require(tree.files[path]).split(separator: "\n").filter { !$0.hasPrefix("#") }
            #expect(found == expected.split(separator: "\n"), "\(path)")
        }
    }

    @Test func `Each file says where it comes from, and each line of which package`() throws {
        let tree = try Self.tree(
            """
            physics:
                '>=sci-physics/root-6.30':
                    use: [http, "PYTHON_TARGETS: python3_12 -python3_11", -X, "jit LUA_SINGLE_TARGET: lua5-4"]
                    license: [LGPL-2.1]
                    mask: ['>sci-physics/root-6.32', 'sci-physics/root:1']
                    deps:
                        dev-cpp/nlohmann_json: {accept_keywords: ~amd64}
                dev-libs/expat: {}
            """)
        #expect(
            tree.files == [
                "sets/physics": """
                # Written by farmctl from s.yaml:1: change it there.
                >=sci-physics/root-6.30
                dev-libs/expat

                """,
                "package.use/physics": """
                # Written by farmctl from s.yaml:1: change it there.
                # s.yaml:2
                >=sci-physics/root-6.30 http -X jit PYTHON_TARGETS: python3_12 -python3_11 LUA_SINGLE_TARGET: lua5-4

                """,
                "package.license/physics": """
                # Written by farmctl from s.yaml:1: change it there.
                # s.yaml:2
                >=sci-physics/root-6.30 LGPL-2.1

                """,
                "package.mask/physics": """
                # Written by farmctl from s.yaml:1: change it there.
                # s.yaml:2
                >sci-physics/root-6.32
                sci-physics/root:1

                """,
                "package.accept_keywords/physics": """
                # Written by farmctl from s.yaml:1: change it there.
                # s.yaml:7, for >=sci-physics/root-6.30
                dev-cpp/nlohmann_json ~amd64

                """,
            ])
    }

    @Test func `A set of two files keeps the order of the files: what comes later counts more`() throws {
        let sets = try TestData.hepSoft()
        var tree = PortageTree()
        tree.add(try #require(sets.first))
        let lines = try #require(tree.files["package.use/hf-base"]).split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines == ["app-editors/vim minimal", "app-editors/vim -minimal acl cscope vim-pager python"])
        let members = try #require(tree.files["sets/hf-base"]).split(separator: "\n").dropFirst()
        #expect(members.filter { $0 == "app-editors/vim" }.count == 1)
    }
}
