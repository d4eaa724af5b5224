import Foundation
import Stack
import SystemPackage
import Testing

@testable import Farmctl

/// Where a generated /etc/portage is put.
struct TreeWriterTests {
    private static func tree(_ files: [String: String]) -> PortageTree {
        var tree = PortageTree()
        tree.files = files
        return tree
    }

    private static func within(_ body: (FilePath) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("tree-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try body(FilePath(directory.path))
    }

    private static func files(in directory: FilePath) -> Set<String> {
        Set(FileManager.default.subpaths(atPath: directory.string)?.filter { !$0.hasPrefix(".") } ?? [])
    }

    @Test func `A tree takes the place of the one before, whole, and leaves nothing beside it`() throws {
        try Self.within { directory in
            let place = directory.appending("portage")
            try TreeWriter(directory: place).write(Self.tree(["sets/a": "x", "make.conf": "y"]))
            #expect(Self.files(in: place) == ["sets", "sets/a", "make.conf"])
            try TreeWriter(directory: place).write(Self.tree(["sets/b": "z"]))
            #expect(Self.files(in: place) == ["sets", "sets/b"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.string) == ["portage"])
        }
    }

    @Test func `What somebody else has written stays`() throws {
        try Self.within { directory in
            let place = directory.appending("portage")
            for name in ["portage", "portage.old", "portage.new"] {
                try FileManager.default.createDirectory(
                    atPath: directory.appending(name).string, withIntermediateDirectories: true)
                try Data().write(to: URL(fileURLWithPath: directory.appending(name).appending("mine").string))
            }
            #expect(throws: FarmctlError.self) { try TreeWriter(directory: place).write(Self.tree(["a": "b"])) }
            try TreeWriter(directory: directory.appending("other")).write(Self.tree(["a": "b"]))
            #expect(Self.files(in: directory).isSuperset(of: ["portage/mine", "portage.old/mine", "portage.new/mine"]))
        }
    }

    @Test func `A link stays one, and its target is replaced`() throws {
        try Self.within { directory in
            let (link, target) = (directory.appending("link"), directory.appending("target"))
            try FileManager.default.createDirectory(atPath: target.string, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: "target")
            try TreeWriter(directory: link).write(Self.tree(["a": "b"]))
            #expect(Self.files(in: target) == ["a"])
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.string) == "target")
        }
    }

    @Test(arguments: ["", ".", "..", "/", "a/.."])
    func `A place that cannot be replaced is refused before anything is written`(path: String) {
        #expect(throws: FarmctlError.self) { try TreeWriter(directory: FilePath(path)).write(Self.tree(["a": "b"])) }
    }
}
