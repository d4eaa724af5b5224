@testable import Binpkgs
import Foundation
import SystemPackage

@testable import BinpkgTesting
@testable import Coordinator
@testable import Shared

/// A binhost in a directory of its own, with releases.
struct ReleasedBinhost {
    let directory: TemporaryDirectory
    let binhost: Binhost
    let shelf: ReleaseShelf

    var root: FilePath { directory.path.appending("binhosts/x") }

    init(now: Int64 = 1_800_000_000) throws {
        directory = try TemporaryDirectory()
        binhost = try Binhost(
            directory: directory.path.appending("binhosts/x"), header: ["ARCH": "amd64"], reserve: 0, now: { now })
        shelf = ReleaseShelf(directory: directory.path.appending("releases/x"))
    }

    /// As after a restart.
    func reopened() throws -> Binhost {
        try shelf.tidy()
        return try Binhost(directory: root, reserve: 0, now: { 1_800_000_000 })
    }

    @discardableResult
    func publish(_ pf: String, build: Int = 1) async throws -> PublishedPackage {
        let staged = directory.path.appending("staged")
        var fixture = GPKGFixture()
        fixture.metadata["PF"] = pf
        fixture.metadata["BUILD_ID"] = String(build)
        var expected = try fixture.write(to: staged)
        expected.cpv = try CPV("dev-libs/\(pf)")
        expected.buildID = build
        return try await binhost.publish(staged: staged, expected: expected)
    }

    @discardableResult
    func tag(_ name: String, at created: Int64 = 1_000) async throws -> Release {
        try await binhost.tag(name, on: shelf, by: "me", at: created)
    }

    /// The packages of the binhost, with their BUILD_IDs.
    func packages(of binhost: Binhost? = nil) async -> [String] {
        await (binhost ?? self.binhost).packages.map { "\($0.cpv.pf)-\($0.buildID)" }
    }

    /// The packages of a release whose files are all there, by its own index.
    func installable(_ name: String) throws -> [String] {
        try shelf.index(of: name).entries.compactMap { entry in
            let file = shelf.path(of: name).appending(entry.path)
            guard let digest = try? ContentHasher.blob(of: file).digest, digest.hex == entry.sha256,
                let package = entry.published
            else { return nil }
            return "\(package.cpv.pf)-\(package.buildID)"
        }
    }

    func exists(_ path: FilePath) -> Bool { FileManager.default.fileExists(atPath: path.string) }
}
