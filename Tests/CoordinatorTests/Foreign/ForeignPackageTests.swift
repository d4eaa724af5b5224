@testable import Binpkgs
import Core
import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator
@testable import Shared

/// Packages of somebody else's binhost, fetched by the real curl and checked by the real gpg.
struct ForeignPackageTests {
    let directory: TemporaryDirectory
    private var site: FilePath { directory.path.appending("site") }
    private var staging: FilePath { directory.path.appending("staging") }
    private static let path = "dev-libs/expat/expat-2.5.0-r1-3.gpkg.tar"

    init() throws {
        directory = try TemporaryDirectory()
        try Directory.create(site.appending("dev-libs/expat"))
        try Directory.create(staging)
    }

    private var file: FilePath { site.appending(Self.path) }

    /// As the index of the binhost has it now.
    private func package(
        path: String = path, keys: FilePath? = nil, values: [String: String] = [:], as format: BinpkgFormat = .gpkg
    ) throws -> ForeignPackage {
        let descriptor = try FileDescriptor.open(file, .readOnly)
        let digests = try descriptor.closeAfter { try FileDigests(of: descriptor, path: file) }
        let binary = ResolvedGraph.Binary(
            index: "x", path: path, size: digests.size, buildID: 3, sha1: digests.sha1, values: values)
        return try #require(
            ForeignPackage(
                binhost: ForeignBinhost(address: "file://\(site)", keys: keys), binary: binary, format: format))
    }

    /// The build that it stands in for.
    private static func job(use: [String] = ["examples"]) throws -> PlannedJob {
        let nothing = ContentHasher.digest([])
        return PlannedJob(
            index: 0, cpv: try CPV("dev-libs/expat-2.5.0-r1"), slot: "0", repository: "farm", use: use,
            iuse: ["examples", "static-libs", "test"], waitsFor: [], buildKey: nothing, reason: "new")
    }

    private func fetch(_ package: ForeignPackage) async throws -> ForeignImport {
        try await package.fetch(for: try Self.job(), into: staging)
    }

    private func sign(_ key: SigningKey) async throws {
        let unsigned = directory.path.appending("unsigned")
        try GPKGFixture().write(to: unsigned)
        try await PackageSigner(key: key).sign(unsigned, to: file)
    }

    /// Nothing of it may be left.
    private func refusal(_ package: ForeignPackage, job: PlannedJob? = nil) async throws -> String {
        let job = try job ?? Self.job()
        let error = await #expect(throws: ForeignError.self) { try await package.fetch(for: job, into: staging) }
        #expect(try Directory.names(in: staging).isEmpty)
        return error?.description ?? ""
    }

    private func change(_ change: (inout [UInt8]) -> Void) throws {
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: file.string)))
        change(&bytes)
        try Data(bytes).write(to: URL(fileURLWithPath: file.string))
    }

    @Test func `What is unsigned comes as a package that a farm publishes`() async throws {
        try GPKGFixture().write(to: file)
        let fetched = try await fetch(package())
        #expect(try Directory.names(in: staging) == [fetched.file.lastComponent?.string])
        let binhost = try Binhost(directory: directory.path.appending("binhost"), reserve: 0)
        let published = try await binhost.publish(staged: fetched.file, expected: fetched.expected)
        #expect(published.path == Self.path)
    }

    @Test func `Signatures are checked and taken off; the same package gives the same bytes, each in its own file`()
        async throws
    {
        let key = try await ThrowawayKey.make()
        try await sign(key.key)
        let first = try await fetch(package(keys: key.key.home))
        let second = try await fetch(package(keys: key.key.home))
        #expect(first.blob == second.blob)
        #expect(first.file != second.file)
        let descriptor = try FileDescriptor.open(first.file, .readOnly)
        let metadata = try descriptor.closeAfter {
            try GPKGReader.read(descriptor, file: "fetched", signatures: .none)
        }
        #expect(metadata.cpv.description == "dev-libs/expat-2.5.0-r1")
        // Nobody asks who signed it: it is taken all the same, without the signatures.
        #expect(try await fetch(package()).blob == first.blob)
    }

    @Test func `What is not what was planned is refused before it takes a number`() async throws {
        try GPKGFixture().write(to: file)
        let text = try await refusal(package(), job: Self.job(use: ["test"]))
        #expect(text.contains("USE"), "\(text)")
    }

    @Test func `What says of itself other than the index is refused: Portage judged by the index`() async throws {
        try GPKGFixture().write(to: file)
        let right = ["CHOST": "x86_64-pc-linux-gnu", "RDEPEND": ">=sys-libs/zlib-1.2 dev-libs/b:0/2=", "BDEPEND": ""]
        _ = try await fetch(package(values: right))
        for name in try Directory.names(in: staging) {
            try FileManager.default.removeItem(atPath: staging.appending(name).string)
        }
        let other = right.merging(["RDEPEND": "dev-libs/b:0/3="]) { $1 }
        let text = try await refusal(package(values: other))
        #expect(text.contains("its RDEPEND is “>=sys-libs/zlib-1.2 dev-libs/b:0/2=”"), "\(text)")
    }

    @Test func `Numbers and paths that none can be make no package`() throws {
        let right = ResolvedGraph.Binary(
            index: "x", path: Self.path, size: 1, buildID: 3, sha1: String(repeating: "0", count: 40))
        func isPackage(_ change: (inout ResolvedGraph.Binary) -> Void) -> Bool {
            var binary = right
            change(&binary)
            return ForeignPackage(
                binhost: ForeignBinhost(address: "https://example.org/x"), binary: binary, format: .gpkg) != nil
        }
        #expect(isPackage { _ in })
        for size in [0, -1, Int64.max, 5_000_000_000_000_000_000] { #expect(!isPackage { $0.size = size }) }
        for buildID in [0, -1, Int64(Int32.max), 3_000_000_000] { #expect(!isPackage { $0.buildID = buildID }) }
        for path in ["dev-libs/../../secret.gpkg.tar", "/a.gpkg.tar", "a.xpak", ""] {
            #expect(!isPackage { $0.path = path }, "\(path)")
        }
        #expect(!isPackage { $0.sha1 = "" })
    }

    @Test func `One that another key has signed, or none, is refused where keys are named`() async throws {
        let (trusted, other) = (try await ThrowawayKey.make(), try await ThrowawayKey.make())
        try await sign(other.key)
        let text = try await refusal(package(keys: trusted.key.home))
        #expect(text.contains("no key in \(trusted.key.home) has signed it (ERRSIG)"), "\(text)")
        try GPKGFixture().write(to: file)
        #expect(try await refusal(package(keys: trusted.key.home)).contains("it is not signed"))
    }

    @Test func `A key that has expired signs nothing`() async throws {
        let options = ["--faked-system-time", "20200101T000000!"]
        let key = try await ThrowawayKey.make(expires: "1d", options)
        var fixture = GPKGFixture()
        let text = directory.path.appending("text").string
        try Data(try fixture.manifestText().utf8).write(to: URL(fileURLWithPath: text))
        _ = try await run(
            "/usr/bin/gpg",
            ["--homedir", key.key.home.string, "--batch", "--quiet"] + options + ["--clear-sign", text])
        let signed = try String(contentsOfFile: text + ".asc", encoding: .utf8)
        fixture.changeManifest = { _ in signed }
        try fixture.write(to: file)
        let refusal = try await refusal(package(keys: key.key.home))
        #expect(refusal.contains("(EXPKEYSIG)"), "\(refusal)")
    }

    /// A text that gpg and the reader of Manifests could take for two different ones.
    @Test(arguments: ["before", "after", "header", "carriage return", "long line"])
    func `More than the one signed text is refused`(_ place: String) async throws {
        let key = try await ThrowawayKey.make()
        var fixture = GPKGFixture()
        let text = try fixture.manifestText()
        let signed = String(decoding: try await key.key.clearSigned(Array(text.utf8)), as: UTF8.self)
        fixture.changeManifest = { _ in
            switch place {
            case "before": "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n\(text)\n\(signed)"
            case "after": "\(signed)\n\(signed)"
            // A good signature to gpg, for which the first text ends where a String sees no end of a line.
            // gpg leaves out what is behind 20,000 bytes of a line.
            case "long line": Self.lengthened(signed)
            case "carriage return": Self.hidden(signed, before: text)
            default: signed.replacing("Hash: SHA512\n", with: "Hash: SHA512\nComment: \(text.prefix(40))\n")
            }
        }
        try fixture.write(to: file)
        let refusal = try await refusal(package(keys: key.key.home))
        #expect(refusal.contains("signed") || refusal.contains("Manifest"), "\(refusal)")
    }

    private static func lengthened(_ signed: String) -> String {
        let lines = signed.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("DATA") ? line + String(repeating: " ", count: 20_000) + "MORE 1" : String(line)
        }
        return lines.joined(separator: "\n")
    }

    /// The whole signed text in one line, as Swift counts them, then another text and the signature again.
    private static func hidden(_ signed: String, before text: String) -> String {
        let lines = signed.split(separator: "\n", omittingEmptySubsequences: false)
        let start = lines.firstIndex { $0.hasPrefix("-----BEGIN PGP SIGNATURE") } ?? 0
        return "\(lines[0])\n" + lines.dropFirst().joined(separator: "\r\n") + "x\n\n\(text)"
            + lines[start...].joined(separator: "\n")
    }

    @Test func `Damaged, other than the index says, too long or gone, it is refused by name and nothing stays`()
        async throws
    {
        try GPKGFixture().write(to: file)
        let indexed = try package()
        try change { $0[$0.count / 2] ^= 1 }
        #expect(try await refusal(indexed).contains("SHA-1 are not what"))
        // As indexed, and damaged all the same.
        #expect(try await refusal(package()).contains("differ from its Manifest"))
        try GPKGFixture().write(to: file)
        try change { $0.removeLast($0.count / 2) }
        #expect(try await refusal(indexed).contains(Self.path))
        try GPKGFixture().write(to: file)
        try change { $0 += [UInt8](repeating: 0, count: 20_000_000) }
        #expect(try await refusal(indexed).contains(Self.path))
        try FileManager.default.removeItem(atPath: file.string)
        #expect(try await refusal(indexed).contains("it is not there"))
    }

    @Test func `An xpak comes as it is, and is refused where somebody has to have signed it`() async throws {
        let path = "dev-libs/expat/expat-2.5.0-r1-3.xpak"
        let expected = try XPAKFixture().write(to: file)
        try FileManager.default.copyItem(atPath: file.string, toPath: site.appending(path).string)
        let fetched = try await fetch(package(path: path, as: .xpak))
        #expect(fetched.blob.digest == expected.sha256)
        try FileManager.default.removeItem(atPath: fetched.file.string)
        let text = try await refusal(package(path: path, keys: "/nowhere", as: .xpak))
        #expect(text.contains("it is not signed"), "\(text)")
    }

    @Test func `A server that does not answer is named`() async throws {
        try GPKGFixture().write(to: file)
        let binary = try package().binary
        // Port 1 of this host: nobody listens there.
        let binhost = ForeignBinhost(address: "http://127.0.0.1:1/x")
        let package = try #require(ForeignPackage(binhost: binhost, binary: binary, format: .gpkg))
        #expect(try await refusal(package).contains("http://127.0.0.1:1/x/\(Self.path): curl: (7)"))
    }
}

extension GPKGFixture {
    /// What its Manifest would be.
    fileprivate func manifestText() throws -> String {
        final class Box { var text = "" }
        let box = Box()
        var copy = self
        copy.changeManifest = { text in
            box.text = text
            return text
        }
        _ = try copy.bytes()
        return box.text
    }
}
