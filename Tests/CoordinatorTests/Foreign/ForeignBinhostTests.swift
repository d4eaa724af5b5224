import Foundation
import Shared
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

/// How a farm names binhosts of others.
struct ForeignBinhostTests {
    private func upstreams(_ text: String) throws -> [UpstreamConfiguration] {
        let directory = try TemporaryDirectory()
        let file = directory.path.appending("coordinator.yaml")
        let text = """
            key: a
            keys: b
            state: c
            farms:
              - {name: x, image: y, upstreams: \(text)}
              - {name: base, image: y}

            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: file.string))
        return try CoordinatorConfiguration.load(file).farms[0].upstreams.map { upstreams in
            upstreams.map { upstream in
                guard case .binhost(var binhost) = upstream else { return upstream }
                binhost.keys = binhost.keys.map { $0.lastComponent.map { FilePath($0.string) } ?? $0 }
                return .binhost(binhost)
            }
        } ?? []
    }

    @Test func `Own farms and binhosts of others stand beside each other`() throws {
        let found = try upstreams(
            "[base, {binhost: 'https://example.org/x/', keys: gnupg}, {binhost: 'file:///srv/x', keys: none}]")
        #expect(
            found == [
                .farm("base"), .binhost(ForeignBinhost(address: "https://example.org/x", keys: "gnupg")),
                .binhost(ForeignBinhost(address: "file:///srv/x")),
            ])
    }

    @Test(arguments: [
        "{binhost: 'ftp://example.org/x', keys: none}", "{binhost: example.org, keys: none}",
        "{binhost: 'https://', keys: none}", "{binhost: 'https:///x', keys: none}",
        "{binhost: 'https://me:secret@example.org/x', keys: none}", "{binhost: 'https://example.org/x?y', keys: none}",
        "{binhost: 'https://example.org/a b', keys: none}", "{binhost: 'https://example.org/x'}",
        "{binhost: 'https://example.org/x', keys: none, more: 1}", "{binhost: '-o/etc/passwd', keys: none}",
    ])
    func `What is no address, or leaves open whose signatures count, is an error that names the place`(
        _ text: String
    ) throws {
        let error = #expect(throws: ConfigurationError.self) { try upstreams("[\(text)]") }
        #expect(error?.problem.contains("farms[0].upstreams[0]") == true, "\(error?.problem ?? "")")
    }

    @Test func `Signatures are not asked for where the farm's format has no place for them`() throws {
        func problem(_ keys: String) throws -> String? {
            let farms =
                "[{name: x, image: y, format: xpak, upstreams: [{binhost: 'https://example.org/x', keys: \(keys)}]}]"
            return UpstreamCheck(
                try StrictYAML.decode([FarmConfiguration].self, from: farms, file: "coordinator.yaml").map(
                    UpstreamCheck.Farm.init)
            ).problem
        }
        #expect(try problem("none") == nil)
        #expect(try problem("gnupg")?.contains("write 'keys: none' there") == true)
    }

    @Test func `Twice the same is an error`() throws {
        let one = "{binhost: 'https://example.org/x', keys: none}"
        let error = #expect(throws: ConfigurationError.self) { try upstreams("[\(one), \(one)]") }
        #expect(error?.problem.contains("twice") == true)
    }

    @Test func `A path becomes a part of the address, and never another server's or directory's`() {
        let binhost = ForeignBinhost(address: "https://example.org/x")
        #expect(
            binhost.address(of: "dev-libs/libc++/libc++-1_p2-1.gpkg.tar")
                == "https://example.org/x/dev-libs/libc%2B%2B/libc%2B%2B-1_p2-1.gpkg.tar")
        for path in [
            "", "/etc/passwd", "a//b", "../x", "a/../b", "a/.", "a/\u{0}", String(repeating: "a/", count: 600),
        ] {
            #expect(binhost.address(of: path) == nil, "\(path)")
        }
        #expect(binhost.address(of: "a b?c#d") == "https://example.org/x/a%20b%3Fc%23d")
    }
}
