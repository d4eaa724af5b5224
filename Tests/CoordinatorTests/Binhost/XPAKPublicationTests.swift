@testable import Binpkgs
import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator
@testable import Shared

/// A binhost of xpaks, and one of both formats.
struct XPAKPublicationTests {
    static let path = "dev-libs/expat/expat-2.5.0-r1-3.xpak"

    let directory: TemporaryDirectory
    var root: FilePath { directory.path.appending("binhost") }
    var staged: FilePath { directory.path.appending("staged") }

    init() throws { directory = try TemporaryDirectory() }

    private func open() throws -> Binhost { try Binhost(directory: root, reserve: 0) }

    @Test func `It is published where Portage puts it, with what the index of a gpkg says`() async throws {
        let binhost = try open()
        let expected = try XPAKFixture().write(to: staged)
        let published = try await binhost.publish(staged: staged, expected: expected)
        #expect((published.path, published.format) == (Self.path, .xpak))
        #expect(published.output != nil)
        #expect(try ContentHasher.blob(of: root.appending(Self.path)).digest == expected.sha256)
        #expect(try await binhost.publish(staged: staged, expected: expected) == published, "the second time too")

        let other = try Binhost(directory: directory.path.appending("other"), reserve: 0)
        let gpkg = try await other.publish(staged: staged, expected: try GPKGFixture().write(to: staged))
        #expect(gpkg.output == published.output)
        let differing: Set = ["PATH", "SIZE", "_mtime_", "MD5", "SHA1", "SHA256"]
        func values(_ binhost: Binhost, _ path: String) async throws -> [String: String] {
            try #require(await binhost.index.entry(at: path)).values.filter { !differing.contains($0.key) }
        }
        #expect(try await values(binhost, Self.path) == values(other, gpkg.path))
    }

    @Test func `After a restart it is there, and both formats may be beside each other`() async throws {
        let binhost = try open()
        try await binhost.publish(staged: staged, expected: try XPAKFixture().write(to: staged))
        try await binhost.publish(staged: staged, expected: try GPKGFixture.write(buildID: 2, to: staged))
        let again = try open()
        #expect(again.warnings.isEmpty)
        #expect(await again.packages.map(\.format) == [.xpak, .gpkg])
        #expect(try await again.withdraw([Self.path]) == [Self.path])
        #expect(await again.packages.map(\.format) == [.gpkg])
    }

    @Test func `An index of before with a path that no farm gives is not taken`() async throws {
        let binhost = try open()
        try await binhost.publish(staged: staged, expected: try XPAKFixture().write(to: staged))
        let index = root.appending("Packages")
        let text = String(decoding: try FileOperations.contents(of: index), as: UTF8.self)
        for (place, path) in ["dev-libs/expat-2.5.0-r1.tbz2", "dev-libs/expat/expat-2.5.0-r1-4.xpak"].enumerated() {
            let changed = text.replacing(Self.path, with: path)
            try FileOperations.write(Array(changed.utf8), to: index, modificationTime: Int64(place))
            let warning = try open().warnings.first
            #expect(warning?.contains("its PATH “\(path)” is not where the package belongs") == true)
        }
    }

    @Test func `Another package than the one that was to be built is refused, and so is another format`() async throws {
        let binhost = try open()
        var expected = try XPAKFixture().write(to: staged)
        expected.cpv = try CPV("dev-libs/expat-2.6.0")
        let renamed = await #expect(throws: BinhostError.self) {
            try await binhost.publish(staged: staged, expected: expected)
        }
        #expect(renamed?.description.contains("package is “dev-libs/expat-2.5.0-r1”") == true)
        for format in BinpkgFormat.allCases {
            expected = try format == .gpkg ? XPAKFixture().write(to: staged) : GPKGFixture().write(to: staged)
            expected.format = format
            let refusal = await #expect(throws: BinhostError.self) {
                try await binhost.publish(staged: staged, expected: expected)
            }
            guard case .invalidPackage(.otherFormat(_, format, _)) = refusal else {
                Issue.record("\(refusal as Any)")
                return
            }
        }
        #expect(await binhost.packages.isEmpty)
    }

    @Test func `A farm that signs by now publishes no xpak of an earlier run`() async throws {
        let binhost = try open()
        let expected = try XPAKFixture().write(to: staged)
        let signer = PackageSigner(key: try await ThrowawayKey.make().key)
        let refusal = await #expect(throws: BinhostError.self) {
            try await binhost.publish(staged: staged, expected: expected, signer: signer)
        }
        #expect(refusal == .invalidPackage(.cannotBeSigned(file: Self.path)))
        #expect(refusal?.description.hasSuffix("the farm signs by now: submit the run again") == true)
        // Nor does anybody take one for signed that is there from before.
        try await binhost.publish(staged: staged, expected: expected)
        let file = try #require(await binhost.indexedFiles.first)
        let finding = await BinhostVerifier().finding(of: file, in: root, key: signer.key)
        #expect(finding?.kind == .signature)
        #expect(finding?.problem.contains("cannot be signed") == true)
        let unsigned = await BinhostVerifier().finding(of: file, in: root, key: nil)
        #expect(unsigned == nil)
    }
}
