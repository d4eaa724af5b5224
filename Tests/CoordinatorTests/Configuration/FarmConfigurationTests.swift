import Foundation
import Shared
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

@Suite struct FarmConfigurationTests {
    private static let fingerprint = "0123456789ABCDEF0123456789ABCDEF01234567"

    private func farm(_ more: String) throws -> FarmConfiguration {
        let directory = try TemporaryDirectory()
        let file = directory.path.appending("coordinator.yaml")
        let text = "key: a\nkeys: b\nstate: c\nfarms:\n  - name: x\n    image: y\n    \(more)\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: file.string))
        return try CoordinatorConfiguration.load(file).farms[0]
    }

    @Test func `Nothing is signed and RESTRICT=bindist is withheld where nothing is said`() throws {
        let farm = try farm("")
        #expect(farm.signing == nil && farm.upstreams == nil && farm.coverage == nil && farm.limits == Limits())
        #expect(farm.bindist == nil)
        let unsigned = try #require(
            try self.farm("signing: none").signing, "that is said, and counts more than a farm file")
        #expect(unsigned.fingerprint == nil)
        #expect(try self.farm("bindist: publish").bindist == .publish)
    }

    @Test func `A key is a whole fingerprint, as gpg prints it, and a home beside the file`() throws {
        let printed = "\"0123 4567 89ab cdef 0123  4567 89AB CDEF 0123 4567\""
        for text in [Self.fingerprint, printed] {
            let key = try #require(try farm("signing: {key: \(text), home: gpg}").signing)
            #expect(key.fingerprint == Self.fingerprint)
            #expect(key.home?.isAbsolute == true && key.home?.lastComponent == "gpg")
        }
        #expect(try farm("signing: {key: \(Self.fingerprint)}").signing?.home == nil)
    }

    @Test func `Keys are in gnupg beside the file, where nothing else is said`() throws {
        let directory = try TemporaryDirectory()
        let file = directory.path.appending("coordinator.yaml")
        func home(_ more: String) throws -> FilePath {
            try Data("key: a\nkeys: b\nstate: c\nfarms: [{name: x}]\n\(more)".utf8).write(
                to: URL(fileURLWithPath: file.string))
            return try CoordinatorConfiguration.load(file).gnupg
        }
        #expect(try home("") == directory.path.appending("gnupg"))
        #expect(try home("gnupg: /srv/gpg\n") == "/srv/gpg")
    }

    @Test func `What is packed as it is installed is a way to be complete`() throws {
        #expect(try farm("coverage: missing").coverage == .missing)
        #expect(try farm("coverage: complete").coverage == .complete)
        #expect(try farm("coverage: complete\n    base: quickpkg").coverage == .quickpkg)
        #expect(throws: ConfigurationError.self) { try farm("base: quickpkg") }
    }

    @Test func `Packages are gpkgs where nothing is said`() throws {
        #expect(try farm("").format == .gpkg)
        #expect(try farm("format: gpkg").format == .gpkg)
        #expect(try farm("format: xpak").format == .xpak)
        let signs = "signing: {key: \(Self.fingerprint), home: gnupg}"
        #expect(try farm("format: gpkg\n    \(signs)").signing?.fingerprint != nil)
    }

    @Test func `An xpak cannot be signed, and the error says what to do`() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try farm("format: xpak\n    signing: {key: \(Self.fingerprint), home: gnupg}")
        }
        #expect(
            error?.problem.contains("'xpak' has no place for signatures: leave 'signing' out, or take 'gpkg'") == true,
            "\(error?.problem ?? "")")
    }

    @Test(arguments: [
        "signing: always", "signing: {key: 89ABCDEF, home: gnupg}", "signing: {home: gnupg}",
        "signing: {key: \(fingerprint), home: gnupg, passphrase: x}", "signing: {key: farm@example.org, home: gnupg}",
        "bindist: maybe", "format: tbz2",
    ])
    func `What cannot be meant is an error that names the place`(_ text: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try farm(text) }
        #expect(error?.problem.contains("farms[0].\(text.prefix { $0 != ":" })") == true, "\(error?.problem ?? "")")
    }
}
