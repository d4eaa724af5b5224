@testable import Binpkgs
import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator
@testable import Shared

/// Workers have no key: what comes signed from one is refused, by name, whether the farm signs or not.
@Suite struct ForeignSignatureTests {
    let directory: TemporaryDirectory
    var root: FilePath { directory.path.appending("binhost") }
    var staged: FilePath { directory.path.appending("staged") }

    init() throws { directory = try TemporaryDirectory() }

    private func refusal(_ fixture: GPKGFixture, signer: PackageSigner? = nil) async throws -> BinpkgError? {
        try await refusal(fixture.write(to: staged), signer: signer)
    }

    private func refusal(_ expected: ExpectedPackage, signer: PackageSigner?) async throws -> BinpkgError? {
        let binhost = try Binhost(directory: root, reserve: 0)
        let error = await #expect(throws: BinhostError.self) {
            try await binhost.publish(staged: staged, expected: expected, signer: signer)
        }
        #expect(error?.isTransient == false)
        #expect(try Directory.names(in: root) == [".incomplete", "Packages", "Packages.gz"])
        guard case .invalidPackage(let refusal) = error else { return nil }
        return refusal
    }

    private static func signed(_ name: String) -> GPKGFixture {
        var fixture = GPKGFixture()
        fixture.change = { members in
            let prefix = members[0].name.split(separator: "/")[0]
            members.append(.init(name: "\(prefix)/\(name)", content: Array("a signature".utf8)))
        }
        return fixture
    }

    @Test(arguments: ["image.tar.sig", "metadata.tar.gz.sig"])
    func `A package with a signature of one member is refused`(_ name: String) async throws {
        #expect(try await refusal(Self.signed(name)) == .alreadySigned(file: "staged", member: name))
        let made = try await ThrowawayKey.make()
        #expect(
            try await refusal(Self.signed(name), signer: PackageSigner(key: made.key))
                == .alreadySigned(file: "staged", member: name))
    }

    @Test func `A package with a clear-signed Manifest is refused`() async throws {
        var fixture = GPKGFixture()
        fixture.changeManifest = {
            "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n\($0)-----BEGIN PGP SIGNATURE-----\n\nabc\n"
                + "-----END PGP SIGNATURE-----\n"
        }
        #expect(try await refusal(fixture) == .alreadySigned(file: "staged", member: "Manifest"))
    }

    @Test func `A package that is signed already, even with the farm's own key, is not signed again`() async throws {
        let made = try await ThrowawayKey.make()
        let signer = PackageSigner(key: made.key)
        let original = directory.path.appending("original")
        var expected = try GPKGFixture().write(to: original)
        try await signer.sign(original, to: staged)
        let blob = try ContentHasher.blob(of: staged)
        (expected.sha256, expected.size) = (blob.digest, blob.size)
        let error = try await refusal(expected, signer: signer)
        #expect(error == .alreadySigned(file: "staged", member: "image.tar.sig"))
        #expect(error?.description.contains("binpkg-signing") == true)
    }

    @Test(arguments: ["image.tar.xz.sig", "gpkg-1.sig", "Manifest.sig", "image.sig", "image.tar.sig.sig"])
    func `A signature of nothing that is there is refused`(_ name: String) async throws {
        guard case .memberUnexpected(_, let member) = try await refusal(Self.signed(name)) else {
            Issue.record("taken")
            return
        }
        #expect(member.hasSuffix(name))
    }
}
