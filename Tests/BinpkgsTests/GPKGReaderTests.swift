import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Binpkgs
@testable import Shared

@Suite struct GPKGReaderTests {
    let directory: TemporaryDirectory
    var file: FilePath { directory.path.appending("x.gpkg.tar") }

    init() throws { directory = try TemporaryDirectory() }

    private func read(_ fixture: GPKGFixture) throws -> BinpkgMetadata {
        try Data(fixture.bytes()).write(to: URL(fileURLWithPath: file.string))
        return try read()
    }

    private func read() throws -> BinpkgMetadata {
        let descriptor = try FileDescriptor.open(file, .readOnly, options: .closeOnExec)
        return try descriptor.closeAfter { try GPKGReader.read(descriptor, file: "x.gpkg.tar") }
    }

    private func refusal(_ fixture: GPKGFixture) throws -> BinpkgError {
        try #require(try #require(throws: BinpkgError.self) { try read(fixture) } as BinpkgError?)
    }

    @Test func aPackageSaysWhatItIs() throws {
        let metadata = try read(GPKGFixture())
        #expect(metadata.cpv.description == "dev-libs/expat-2.5.0-r1")
        #expect((metadata.slot, metadata.subSlot) == ("0", "2"))
        #expect(metadata.buildID == 3)
        #expect(metadata.iuse == ["examples", "static-libs", "test"])
        #expect(metadata["RDEPEND"] == ">=sys-libs/zlib-1.2 dev-libs/b:0/2=")
        #expect(metadata["DEFINED_PHASES"] == "compile install")
        #expect(metadata["environment.bz2"].isEmpty)
    }

    @Test(arguments: [0, 100, 600, 5_000, 100_000]) func aTruncatedPackageIsRefused(missing: Int) throws {
        let bytes = try GPKGFixture().bytes()
        let end = missing == 0 ? 0 : bytes.count - 1024 - missing
        try Data(bytes[..<end]).write(to: URL(fileURLWithPath: file.string))
        #expect(throws: BinpkgError.self) { try read() }
    }

    @Test func noBytesButPackagesAreAccepted() throws {
        for seed in 0..<64 {
            var bytes = try GPKGFixture().bytes()
            // One damaged byte in the container: a header, a member, the Manifest or padding.
            let place = seed * 1_543 % (bytes.count - 2048)
            bytes[place] ^= 0x55
            try Data(bytes).write(to: URL(fileURLWithPath: file.string))
            let result = Result { try read() }
            if case .success(let metadata) = result { #expect(metadata.cpv.description == "dev-libs/expat-2.5.0-r1") }
        }
    }

    @Test func aChangedImageIsRefused() throws {
        var fixture = GPKGFixture()
        fixture.changeManifest = { $0.replacing("SHA512 ", with: "SHA512 0").replacing("0\n", with: "\n") }
        #expect(throws: BinpkgError.self) { try read(fixture) }
        fixture.changeManifest = { text in
            text.split(separator: "\n").map { line in
                line.contains("image") ? String(line.dropLast()) + (line.last == "0" ? "1" : "0") : String(line)
            }.joined(separator: "\n")
        }
        #expect(try refusal(fixture) == .digestMismatch(file: "x.gpkg.tar", member: "image.tar"))
    }

    @Test(arguments: ["gpkg-1", "metadata.tar.gz", "image.tar"]) func eachMemberMustBeThere(_ name: String) throws {
        var fixture = GPKGFixture()
        fixture.change = { $0.removeAll { $0.name.hasSuffix(name) } }
        let member = name.replacing(".gz", with: "")
        #expect(try refusal(fixture) == .memberMissing(file: "x.gpkg.tar", member: member))
    }

    @Test func theManifestNamesAllMembersAndOnlyThose() throws {
        var fixture = GPKGFixture()
        fixture.change = { $0[2].inManifest = false }
        #expect(try refusal(fixture) == .memberUnexpected(file: "x.gpkg.tar", member: "image.tar"))
        fixture = GPKGFixture()
        let digest = String(repeating: "a", count: 128)
        fixture.changeManifest = { $0 + "DATA image.tar.sig 3 SHA512 \(digest)\n" }
        #expect(try refusal(fixture) == .memberMissing(file: "x.gpkg.tar", member: "image.tar.sig"))
        fixture.changeManifest = { $0 + "EBUILD x 3\n" }
        #expect(try refusal(fixture) == .manifestMalformed(file: "x.gpkg.tar", line: "EBUILD x 3"))
    }

    @Test(arguments: [
        ("p/evil", UInt8(ascii: "0")), ("p/image.tar.exe", UInt8(ascii: "0")), ("p/gpkg-1", UInt8(ascii: "2")),
        ("other/image.tar.xz", UInt8(ascii: "0")), ("../image.tar.xz", UInt8(ascii: "0")),
        ("/etc/passwd", UInt8(ascii: "0")), ("p/a/../../../b", UInt8(ascii: "0")), ("image.tar", UInt8(ascii: "0")),
        ("p/image.tar", UInt8(ascii: "0")), ("p/image.tar.xz", UInt8(ascii: "0")),
        ("p/image.tar.sig", UInt8(ascii: "1")),
    ]) func extraMembersAreRefused(name: String, type: UInt8) throws {
        var fixture = GPKGFixture()
        fixture.change = { members in
            let prefix = members[0].name.split(separator: "/")[0]
            let name = name.hasPrefix("p/") ? name.replacing("p/", with: "\(prefix)/", maxReplacements: 1) : name
            members.append(.init(name: name, content: [1], type: type, inManifest: false))
        }
        let error = try refusal(fixture)
        switch error {
        case .memberUnexpected, .memberMisplaced, .memberDuplicate: break
        default: Issue.record("\(error)")
        }
        #expect(error.description.contains("x.gpkg.tar"))
    }

    @Test func aRenamedPackageIsRefused() throws {
        var fixture = GPKGFixture()
        fixture.prefix = "zlib-1.3-1"
        #expect(
            try refusal(fixture) == .renamed(file: "x.gpkg.tar", prefix: "zlib-1.3-1", pf: "expat-2.5.0-r1"))
    }

    @Test(arguments: ["../../etc", "dev-libs/x", "", ".hidden"]) func aNameThatLeavesTheBinhostIsRefused(
        _ category: String
    ) throws {
        var fixture = GPKGFixture()
        fixture.metadata["CATEGORY"] = category
        guard case .metadataInvalid = try refusal(fixture) else {
            Issue.record("accepted")
            return
        }
    }

    @Test func metadataThatUnpacksToTooMuchIsRefused() throws {
        var fixture = GPKGFixture()
        fixture.metadata["LARGE"] = String(repeating: "a", count: BinpkgLimits.metadata + 1)
        #expect(
            try refusal(fixture)
                == .memberTooLarge(
                    file: "x.gpkg.tar", member: "metadata, unpacked", limit: BinpkgLimits.metadata))
    }

    @Test func aClearSignedManifestIsRead() throws {
        var fixture = GPKGFixture()
        fixture.changeManifest = {
            "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n\($0)-----BEGIN PGP SIGNATURE-----\n\nabc\n"
                + "-----END PGP SIGNATURE-----\n"
        }
        #expect(try read(fixture).buildID == 3)
    }
}
