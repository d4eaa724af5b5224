@testable import Binpkgs
import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator
@testable import Shared

/// A PKGDIR in which a real Portage built packages and wrote the index.
private let portagePackages = ProcessInfo.processInfo.environment["BINFARM_PORTAGE_PKGDIR"].map { FilePath($0) }

@Suite struct PortagePackagesTests {
    @Test(.enabled(if: portagePackages != nil, "BINFARM_PORTAGE_PKGDIR names no directory"))
    func publishingThePackagesGivesTheIndexThatPortageWrote() async throws {
        let source = try #require(portagePackages)
        let text = try String(contentsOfFile: source.appending("Packages").string, encoding: .utf8)
        let portage = try PackagesIndex(parsing: text, path: "Packages")
        #expect(String(decoding: portage.serialised(), as: UTF8.self) == text)

        let directory = try TemporaryDirectory()
        let root = directory.path.appending("binhost")
        let binhost = try Binhost(directory: root, header: portage.header)
        for entry in portage.entries {
            let staged = directory.path.appending("staged")
            try FileOperations.copy(source.appending(entry.path), to: staged)
            let blob = try ContentHasher.blob(of: staged)
            let enabled = Set(entry["USE"].split(separator: " ").map(String.init))
            let expected = ExpectedPackage(
                cpv: try CPV(entry.cpv), slot: entry["SLOT"], repository: entry["repository"],
                use: enabled.intersection(BinpkgMetadata.flags(ofIUSE: entry["IUSE"])), buildID: entry.buildID,
                sha256: blob.digest, size: blob.size, format: try #require(BinpkgFormat(ofPath: entry.path)))
            try await binhost.publish(staged: staged, expected: expected)
        }
        let ours = String(decoding: try directory.contents("binhost/Packages"), as: UTF8.self)
        #expect(Self.comparable(ours) == Self.comparable(text))
    }

    /// Without what differs by design: the time of the index and our own digest. An entry that Portage has just added
    /// also holds REPO_REVISIONS until the index is next read and written.
    private static func comparable(_ text: String) -> [String] {
        text.components(separatedBy: "\n").filter { line in
            !["TIMESTAMP: ", "SHA256: ", "REPO_REVISIONS: "].contains { line.hasPrefix($0) }
        }
    }
}
