import Foundation
import ImageSteps
import Shared
import Stack
import SwiftProtobuf
import SystemPackage
import Testing

@testable import Farmctl

/// What an image of a farm is made of, as farmctl tells it.
struct ImageBuildingTests {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("farm-\(UUID())")

    init() throws {
        try write("overlay/profiles/repo_name", "mine\n")
        try write("overlay/app-misc/x/x-1.ebuild", "EAPI=8\n")
        try write("sets.yaml", "base: {app-misc/x: {}}\nphysics: {app-misc/y: {use: [a]}}\n")
    }

    private func write(_ name: String, _ text: String) throws {
        let file = directory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    /// Of a subject: nothing is fetched for it.
    private func inputs(_ more: String = "") async throws -> [String: String] {
        try write(
            "farm.yaml",
            "name: hep\nsets: [sets.yaml]\nbase: [base]\nsubjects: {analysis: [physics]}\noverlays: {mine: {path: overlay}}\n"
                + more)
        let path = FilePath(directory.path)
        let farm = try FarmFileReader.read(path.appending("farm.yaml"))
        return try await ImageDescription(farm, .subject(farm.subjects[0]), directory: path).inputs()
    }

    private func overlay() throws -> String {
        let path = FilePath(directory.path)
        let farm = try FarmFileReader.read(path.appending("farm.yaml"))
        return try OverlaySource(farm.overlays[0], directory: path).identity()
    }

    @Test func `A change of a set shows as the file that it changes, and nothing else does`() async throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let before = try await inputs()
        #expect(before["etc/portage/package.use/physics"] != nil && before["steps of binfarm"] != nil)
        #expect(before["stage3"] == nil, "a subject stands on the binfarm image")
        try write("sets.yaml", "base: {app-misc/x: {}}\nphysics: {app-misc/y: {use: [b]}}\n")
        let after = try await inputs()
        #expect(before.filter { after[$0.key] != $0.value }.map(\.key) == ["etc/portage/package.use/physics"])
        #expect(try await inputs("policies: {ccache: 5GiB}\n") == after, "policies are no part of the image")
    }

    @Test func `An overlay is another when a file in it is, whatever git keeps beside it`() async throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        _ = try await inputs()
        let before = try overlay()
        try write("overlay/.git/HEAD", "ref: refs/heads/main\n")
        #expect(try overlay() == before)
        try write("overlay/app-misc/x/x-1.ebuild", "EAPI=8\n\n")
        let after = try overlay()
        #expect(after != before)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755],
            ofItemAtPath: directory.appendingPathComponent("overlay/app-misc/x/x-1.ebuild").path)
        #expect(try overlay() != after, "what may be executed counts")
        try write("overlay/profiles/repo_name", "other\n")
        #expect(throws: FarmctlError.self) { try overlay() }
    }

    @Test func `An overlay of git comes at its commit, and is fetched once`() async throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let repository = directory.appendingPathComponent("overlay").path
        for words in [
            ["init", "--quiet", repository], ["-C", repository, "add", "."],
            ["-C", repository, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "first"],
        ] { try await Tool.run("git", words).demandSuccess() }
        let commit = try await Tool.run("git", ["-C", repository, "rev-parse", "HEAD"]).output.prefix(40)
        try write("overlay/app-misc/x/x-1.ebuild", "changed, and not committed\n")
        try write(
            "farm.yaml",
            "name: hep\nstage3: dir:a\nportage: dir:b\noverlays: {mine: {git: '\(repository)', commit: '\(commit)'}}\n")
        let path = FilePath(directory.path)
        let farm = try FarmFileReader.read(path.appending("farm.yaml"))
        let description = ImageDescription(farm, .binfarm, directory: path)
        #expect(try description.overlays[0].identity() == commit)
        try await Scratch.with { scratch in
            let archive = try await ImageContext(description: description, scratch: scratch).pack()
            let listed = try await Tool.run("tar", ["-tzf", archive.string]).output.split(separator: "\n").map(
                String.init)
            #expect(Set(listed).isSuperset(of: ["./make", "./update", "./portage-config/make.conf"]))
            let ebuild = try await Tool.run(
                "tar", ["-xzOf", archive.string, "./repos/mine/app-misc/x/x-1.ebuild"]
            ).output
            #expect(ebuild == "EAPI=8\n", "what is committed, not what lies there")
        }
    }

    @Test
    func `The coordinator is told how the farm works, with keys by their digests, and no farm is its own upstream`()
        throws
    {
        defer { try? FileManager.default.removeItem(at: directory) }
        let fingerprint = String(repeating: "A1", count: 20)
        try write("keys/gentoo.asc", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n")
        try write(
            "farm.yaml",
            """
            name: hep
            subjects: {analysis: []}
            signing: \(fingerprint)
            coverage: quickpkg
            limits: {timeout: 2h}
            upstreams: [base, hep, {binhost: 'https://example.org/x', keys: keys/gentoo.asc}, {binhost: 'http://example.org/y', keys: none}]

            """)
        let path = FilePath(directory.path)
        let farm = try FarmFileReader.read(path.appending("farm.yaml"))
        let (own, subject) = (
            try PoliciesMessage(farm, of: "hep", directory: path),
            try PoliciesMessage(farm, of: "hep-analysis", directory: path)
        )
        #expect(own.wire.upstreams.map(\.farm) == ["base", "", ""])
        #expect(subject.wire.upstreams.map(\.farm) == ["base", "hep", "", ""])
        let keys = path.appending("keys/gentoo.asc")
        let blob = try ContentHasher.blob(of: keys)
        #expect(own.files == [blob: keys])
        #expect(own.wire.upstreams.map(\.hasKeys) == [false, true, false] && own.wire.upstreams[1].keys == blob.wire)
        #expect(own.wire.signing == fingerprint && own.wire.coverage == .coverageQuickpkg)
        #expect(own.wire.limits == .with { $0.timeoutMs = 7_200_000 })
    }

    @Test func `All of it is shown with who says it`() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        try write(
            "farm.yaml",
            """
            name: hep
            limits: {timeout: 2h, memory: 4GiB}
            upstreams: [base, {binhost: 'http://example.org/y', keys: none}]
            type: dbg
            locales: [de_DE.UTF-8]

            """)
        let farm = try FarmFileReader.read(FilePath(directory.path).appending("farm.yaml"))
        let shown = FarmFileView(farm: farm).lines(width: nil).map { $0.rendered(.plain).split(separator: " ") }
        for line in [
            "cflags -Og -ggdb -pipe -march=x86-64 farm.yaml:4",
            "features splitdebug compressdebug installsources farm.yaml:4", "locales de_DE.UTF-8 UTF-8 farm.yaml:5",
            "signing none default", "coverage missing default", "limits.memory 4.0 GiB farm.yaml:2",
            "limits.timeout 2 h 00 min farm.yaml:2", "upstream base farm.yaml:3",
            "upstream http://example.org/y, keys: none farm.yaml:3",
        ] {
            #expect(shown.contains { $0.joined(separator: " ") == line }, "\(line): \(shown)")
        }
    }

    @Test func `All steps of an image are part of the program`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("deploy/images/binfarm")
        let names = try FileManager.default.subpathsOfDirectory(atPath: root.path).filter { path in
            try !root.appendingPathComponent(path).resourceValues(forKeys: [.isDirectoryKey]).isDirectory!
                && !["Containerfile", "ImageSteps.swift"].contains(path)
        }
        #expect(ImageSteps.files.map(\.path).sorted() == names.sorted())
        for file in ImageSteps.files {
            let url = root.appendingPathComponent(file.path)
            #expect(try Data(file.content) == Data(contentsOf: url), "\(file.path)")
            #expect(FileManager.default.isExecutableFile(atPath: url.path) == file.isProgram, "\(file.path)")
        }
    }
}
