import Core
import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator
@testable import Shared

/// Which of its packages a farm shows and which its runs may use.
@Suite struct FarmPackagesTests {
    let directory: TemporaryDirectory
    var staged: FilePath { directory.path.appending("staged") }

    init() throws { directory = try TemporaryDirectory() }

    private func farm(_ more: String = "", key: SigningKey? = nil) throws -> Farm {
        var configuration = try StrictYAML.decode(
            FarmConfiguration.self, from: "{name: x, image: y\(more)}", file: "coordinator.yaml")
        if let key { configuration.signing = SigningConfiguration(key) }
        return Farm(
            configuration: configuration, image: Blob(digest: ContentHasher.digest([1]), size: 1),
            binhost: try Binhost(directory: directory.path.appending("binhost"), reserve: 0),
            withheld: try Binhost(directory: directory.path.appending("withheld"), reserve: 0),
            releases: ReleaseShelf(directory: directory.path.appending("releases/x")),
            homes: KeyHomes(
                signing: directory.path.appending("gnupg"),
                upstreams: try UpstreamKeys(directory: directory.path.appending("upstream-keys"))))
    }

    private func publish(buildID: Int, restrict: String = "", to farm: Farm) async throws {
        var fixture = GPKGFixture()
        fixture.metadata["BUILD_ID"] = String(buildID)
        fixture.metadata["RESTRICT"] = restrict
        var expected = try fixture.write(to: staged)
        expected.buildID = buildID
        let (binhost, signer) = farm.place(restrict: restrict.split(separator: " ").map(String.init))
        try await binhost.publish(staged: staged, expected: expected, signer: signer)
    }

    private func buildIDs(_ packages: some Sequence<PublishedPackage>) -> [Int] { packages.map(\.buildID).sorted() }

    @Test func `RESTRICT=bindist is not in the binhost that is served, and runs may use it all the same`() async throws
    {
        let farm = try farm()
        try await publish(buildID: 1, restrict: "mirror", to: farm)
        try await publish(buildID: 2, restrict: "bindist mirror", to: farm)
        #expect(await buildIDs(farm.binhost.packages) == [1])
        #expect(await buildIDs(farm.withheld.packages) == [2])
        #expect(await buildIDs(farm.usable(in: .gpkg).values) == [1, 2])
    }

    @Test func `A farm that may publish it does`() async throws {
        let farm = try farm(", bindist: publish")
        try await publish(buildID: 2, restrict: "bindist", to: farm)
        #expect(await buildIDs(farm.binhost.packages) == [2])
    }

    @Test func `What an earlier configuration put elsewhere is taken out, whichever way it was`() async throws {
        let open = try farm(", bindist: publish")
        try await publish(buildID: 1, to: open)
        try await publish(buildID: 2, restrict: "bindist", to: open)
        let closed = try farm()
        #expect(try await closed.tidy().count == 1)
        #expect(await buildIDs(closed.binhost.packages) == [1])
        #expect(try await closed.tidy().isEmpty)
        try await publish(buildID: 3, restrict: "bindist", to: closed)

        let again = try farm(", bindist: publish")
        #expect(try await again.tidy().count == 1)
        #expect(await buildIDs(again.withheld.packages).isEmpty)
        #expect(await buildIDs(again.usable(in: .gpkg).values) == [1])
    }

    @Test func `A farm that signs does not use what it published unsigned`() async throws {
        let before = try farm()
        try await publish(buildID: 1, to: before)
        try await publish(buildID: 2, restrict: "bindist", to: before)
        let made = try await ThrowawayKey.make()
        let farm = try farm(key: made.key)
        try await publish(buildID: 3, to: farm)
        try await publish(buildID: 4, restrict: "bindist", to: farm)
        #expect(await buildIDs(farm.usable(in: .gpkg).values) == [2, 3, 4], "what is withheld need not be signed")
    }

    @Test func `A run uses packages of its own format, so a farm that changes its format builds again`() async throws {
        let before = try farm()
        try await publish(buildID: 1, to: before)
        try await publish(buildID: 2, restrict: "bindist", to: before)
        let farm = try farm(", format: xpak")
        let request = try farm.request(targets: ["x"], submittedBy: "me")
        #expect(request.format == .xpak)
        #expect(await farm.usable(in: request.format).isEmpty)
        let expected = try XPAKFixture().write(to: staged)
        try await farm.binhost.publish(staged: staged, expected: expected)
        #expect(await buildIDs(farm.usable(in: .xpak).values) == [3])
        #expect(await buildIDs(farm.usable(in: .gpkg).values) == [1, 2], "a run that was submitted before")
        #expect(try await farm.tidy().isEmpty, "clients may have what was published")
    }

    @Test func `A farm says what keeps it from publishing`() async throws {
        #expect(try await farm().obstacle == nil)
        let made = try await ThrowawayKey.make()
        #expect(try await farm(key: made.key).obstacle == nil)
        let broken = SigningKey(fingerprint: String(repeating: "C", count: 40), home: made.key.home)
        let obstacle = try await farm(key: broken).obstacle
        #expect(obstacle?.contains("cannot sign with the key CCCC") == true)
    }
}
