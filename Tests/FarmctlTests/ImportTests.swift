import Foundation
import Stack
import SystemPackage
import Testing

@testable import Farmctl

/// What the import asks git.
struct ImportTests {
    private static let commit = String(repeating: "a1", count: 20)

    /// A directory with `.gitmodules` of three, of which two are committed.
    private static func within(_ body: (FilePath) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("import-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let text = """
            [submodule "one"]
                path = root.a.d/var/db/repos/one
                url = https://example.org/one.git
                branch = main
            [submodule "by another name.path"]
                path = root.a.d/var/db/repos/with space
                url = git@example.org:two.git
            [submodule "never committed"]
                path = root.a.d/var/db/repos/three
                url = https://example.org/three.git
            [submodule "nowhere"]
                path = root.a.d/var/db/repos/four
            """
        try Data(text.utf8).write(to: directory.appendingPathComponent(".gitmodules"))
        try await body(FilePath(directory.path))
    }

    @Test func `Submodules are those of the commit, with the address of .gitmodules`() async throws {
        try await Self.within { checkout in
            let entries = ["one", "with space", "four"].flatMap {
                ["--cacheinfo", "160000,\(Self.commit),root.a.d/var/db/repos/\($0)"]
            }
            for words in [
                ["init", "--quiet"], ["add", ".gitmodules"], ["update-index", "--add"] + entries,
                ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "first"],
            ] { try await Tool.run("git", ["-C", checkout.string] + words).demandSuccess() }
            #expect(
                await ImportHepSoftCommand.submodules(of: checkout) == [
                    .init(
                        path: "root.a.d/var/db/repos/one", url: "https://example.org/one.git", commit: Self.commit),
                    .init(
                        path: "root.a.d/var/db/repos/with space", url: "git@example.org:two.git", commit: Self.commit),
                ])
        }
    }

    @Test func `Without a commit, or without submodules, there are none`() async throws {
        try await Self.within { checkout in
            #expect(await ImportHepSoftCommand.submodules(of: checkout) == [])
            try await Tool.run("git", ["-C", checkout.string, "init", "--quiet"]).demandSuccess()
            #expect(await ImportHepSoftCommand.submodules(of: checkout) == [])
        }
        #expect(await ImportHepSoftCommand.submodules(of: "/nonexistent") == [])
    }
}
