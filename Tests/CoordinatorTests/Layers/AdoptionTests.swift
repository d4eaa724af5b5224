@testable import Binpkgs
import Core
import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator
@testable import Shared

/// A farm takes packages of another one over.
struct AdoptionTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func open(_ name: String, chost: String = "x86_64-pc-linux-gnu") throws -> Binhost {
        try Binhost(
            directory: directory.path.appending(name), header: ["ARCH": "amd64", "CHOST": chost], reserve: 0,
            now: { 1_800_000_000 })
    }

    private func publish(buildID: Int = 3, content: UInt8 = 7, in binhost: Binhost) async throws -> PublishedPackage {
        var fixture = GPKGFixture()
        fixture.metadata["BUILD_ID"] = String(buildID)
        fixture.image[0] = content
        let staged = directory.path.appending("staged")
        var expected = try fixture.write(to: staged)
        expected.buildID = buildID
        return try await binhost.publish(staged: staged, expected: expected)
    }

    @Test func `The file has a second name, the index an entry, and both stay when the other farm removes it`()
        async throws
    {
        let (base, layer) = (try open("base"), try open("layer", chost: "other"))
        let package = try await publish(in: base)
        let entries = await base.entries(at: [package.path, "not/there/x-1.gpkg.tar"])
        try await layer.adopt(entries.map { ($0, base.directory) })
        #expect(await layer.packages == [package.asIndexed])
        // The header of the one index says what the other's leaves out.
        #expect(await layer.index.entry(at: package.path)?["CHOST"] == "x86_64-pc-linux-gnu")
        _ = try await base.withdraw([package.path])
        #expect(
            try ContentHasher.blob(of: layer.directory.appending(package.path)).digest == package.sha256)
        let again = try open("layer", chost: "other")
        #expect(await again.packages == [package.asIndexed])
    }

    @Test func `Taken over again nothing changes; another package at its place stays`() async throws {
        let (base, layer) = (try open("base"), try open("layer"))
        let package = try await publish(in: base)
        let entries = await base.entries(at: [package.path])
        try await layer.adopt(entries.map { ($0, base.directory) })
        let timestamp = await layer.timestamp
        try await layer.adopt(entries.map { ($0, base.directory) })
        #expect(await layer.timestamp == timestamp)

        let other = try open("other")
        let own = try await publish(content: 8, in: other)
        await #expect(throws: BinhostError.self) { try await other.adopt(entries.map { ($0, base.directory) }) }
        #expect(await other.packages == [own.asIndexed])
    }

    @Test func `One whose file is gone is not taken over, nor what comes with it`() async throws {
        let (base, layer) = (try open("base"), try open("layer"))
        let packages = [try await publish(buildID: 1, in: base), try await publish(buildID: 2, in: base)]
        let entries = await base.entries(at: packages.map(\.path))
        try FileManager.default.removeItem(atPath: base.directory.appending(packages[1].path).string)
        await #expect(throws: BinhostError.self) { try await layer.adopt(entries.map { ($0, base.directory) }) }
        #expect(await layer.packages.isEmpty)
    }

    @Test(
        arguments: [
            ("[b]", "none", "[]", "none", nil), ("[c]", "none", "[]", "none", "a names the upstream 'c'"),
            ("[a]", "none", "[]", "none", "a names the upstream 'a'"),
            ("[b, b]", "none", "[]", "none", "a names an upstream twice"),
            ("[b]", "none", "[a]", "none", "a is an upstream of its own upstreams (b): leave one of them out"),
            (
                "[b]", "none", "[]", "{key: 0123456789012345678901234567890123456789, home: gnupg}",
                "a and its upstream b sign differently"
            ),
        ] as [(String, String, String, String, String?)])
    func `Upstreams are other farms that sign alike`(
        _ first: String, _ firstKey: String, _ second: String, _ secondKey: String, _ problem: String?
    ) throws {
        let file = directory.path.appending("coordinator.yaml")
        let text = """
            key: k.secret
            keys: keys
            state: state
            farms:
              - {name: a, image: a.tar, upstreams: \(first), signing: \(firstKey)}
              - {name: b, image: b.tar, upstreams: \(second), signing: \(secondKey)}

            """
        try Data(text.utf8).write(to: URL(filePath: file.string))
        try check(problem, file)
    }

    @Test(arguments: [
        ("xpak", "gpkg", "a has the format xpak and its upstream b gpkg: give both one format"),
        ("gpkg", "xpak", "a has the format gpkg and its upstream b xpak"), ("xpak", "xpak", nil),
    ])
    func `Upstreams pack alike`(_ first: String, _ second: String, _ problem: String?) throws {
        let file = directory.path.appending("coordinator.yaml")
        let text = """
            key: k.secret
            keys: keys
            state: state
            farms:
              - {name: a, image: a.tar, upstreams: [b], format: \(first)}
              - {name: b, image: b.tar, format: \(second)}

            """
        try Data(text.utf8).write(to: URL(filePath: file.string))
        try check(problem, file)
    }

    private func check(_ problem: String?, _ file: FilePath) throws {
        if let problem {
            let error = #expect(throws: ConfigurationError.self) { try CoordinatorConfiguration.load(file) }
            #expect(error?.problem.contains(problem) == true, "\(error as Any)")
        } else {
            #expect(try CoordinatorConfiguration.load(file).farms[0].upstreams?.farms == ["b"])
        }
    }
}
