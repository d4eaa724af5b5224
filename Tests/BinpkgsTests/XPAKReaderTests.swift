import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Binpkgs
@testable import Shared

/// The metadata of an xpak: what Portage writes is read, and everything else is refused.
struct XPAKReaderTests {
    private static func read(_ bytes: [UInt8]) throws -> BinpkgMetadata {
        let file = try UnnamedFile.holding(bytes)
        return try file.closeAfter { try XPAKReader.readWhole(file, file: "x.xpak").metadata }
    }

    private func refusal(_ fixture: XPAKFixture) throws -> BinpkgError {
        let bytes = try fixture.bytes()
        let error = #expect(throws: BinpkgError.self) { try Self.read(bytes) }
        let refusal = try #require(error)
        #expect(refusal.description.hasPrefix("x.xpak"))
        return refusal
    }

    private func refusal(_ change: @escaping (inout XPAKFixture.Segment) -> Void) throws -> BinpkgError {
        var fixture = XPAKFixture()
        fixture.change = change
        return try refusal(fixture)
    }

    @Test func `A package says what it is`() throws {
        let metadata = try Self.read(XPAKFixture().bytes())
        #expect(metadata.cpv.description == "dev-libs/expat-2.5.0-r1")
        #expect((metadata.slot, metadata.subSlot) == ("0", "2"))
        #expect(metadata.buildID == 3)
        #expect(metadata.iuse == ["examples", "static-libs", "test"])
        #expect(metadata["RDEPEND"] == ">=sys-libs/zlib-1.2 dev-libs/b:0/2=")
        #expect(metadata["DEFINED_PHASES"] == "compile install")
        for name in ["environment.bz2", "NEEDED.ELF.2", "expat-2.5.0-r1.ebuild"] { #expect(metadata[name].isEmpty) }
    }

    @Test func `A package without a build id, as Portage writes it without binpkg-multi-instance, is read`() throws {
        var fixture = XPAKFixture()
        fixture.metadata["BUILD_ID"] = nil
        #expect(try Self.read(fixture.bytes()).buildID == 0)
    }

    @Test func `A package that ends early is refused, wherever that is`() throws {
        let bytes = try XPAKFixture(members: [.init(name: "./usr/a", content: [1, 2, 3])]).bytes()
        for end in bytes.indices {
            #expect(throws: BinpkgError.self, "\(end) of \(bytes.count) bytes") { try Self.read(Array(bytes[..<end])) }
        }
    }

    static let lies: [(String, @Sendable (inout XPAKFixture.Segment) -> Void)] = [
        ("the beginning", { $0.beginning = "XPAKPICK" }),
        ("the ending", { $0.ending = "XPAKSTOp" }),
        ("the stop", { $0.stop = "stop" }),
        ("a longer index", { $0.indexSize = $0.data.count + 1 }),
        ("a shorter index", { $0.indexSize = 12 }),
        ("no index", { $0.indexSize = 0 }),
        ("an index of 4 GiB", { $0.indexSize = 0xFFFF_FFFF }),
        ("longer data", { $0.dataSize = $0.data.count + 1 }),
        ("shorter data", { $0.dataSize = $0.data.count - 1 }),
        ("data of 4 GiB", { $0.dataSize = 0xFFFF_FFFF }),
        ("both, that wrap around together", { ($0.indexSize, $0.dataSize) = (0xFFFF_FFFF, 0xFFFF_FFFF) }),
        ("a size of nothing", { $0.size = 0 }),
        ("a size without room", { $0.size = 23 }),
        ("a size that is smaller", { $0.size = 100 }),
        ("more data than files", { $0.data.append(0) }),
        ("half a record", { $0.moreIndex = [0, 0, 0, 1, 65] }),
        ("a byte more", { $0.moreIndex = [0] }),
        (
            "a name that is longer than the index",
            { $0.moreIndex = [0xFF, 0xFF, 0xFF, 0xFF] + Array(repeating: 65, count: 12) }
        ),
        ("a file behind the data", { $0.records[3].offset = $0.data.count }),
        ("a file at 4 GiB", { $0.records[3].offset = 0xFFFF_FFFF }),
        ("a file that is longer than the data", { $0.records[3].size = $0.data.count + 1 }),
        ("a file of 4 GiB", { $0.records[3].size = 0xFFFF_FFFF }),
        ("a file over another", { $0.records[3].offset = $0.records[2].offset }),
        ("a file that takes another's content too", { $0.records[3].size += $0.records[4].size }),
        ("records in another order", { $0.records.swapAt(2, 3) }),
    ]

    @Test(arguments: lies.indices) func `What lies about its size or its place is refused`(_ number: Int) throws {
        let (name, change) = Self.lies[number]
        switch try refusal(change) {
        case .unreadable(_, .xpak, _), .metadataUnreadable: break
        case let error: Issue.record("\(name): \(error)")
        }
    }

    @Test func `Metadata that would take the image's place, or more than the file, is refused`() throws {
        let whole = try XPAKFixture().packedImage().count + XPAKFixture().bytes().count
        for size in [whole, 16_000_000] {
            #expect(try refusal { $0.size = size }.description.contains("would begin before the file does"))
        }
        let alone = XPAKFixture(image: [])
        #expect(try refusal(alone).description.contains("would begin before the file does"), "no image")
    }

    @Test(arguments: [
        "", ".", "..", "../SLOT", "/etc/passwd", "a/b", "SLOT\u{0}", "SLOT\n",
    ]) func `A name that leads elsewhere is refused`(_ name: String) throws {
        let error = try refusal { $0.add(name, [1]) }
        #expect(error == .metadataUnreadable(file: "x.xpak", detail: "a file has a name that none can have"))
    }

    @Test func `A name that is no UTF-8 is refused`() throws {
        guard case .metadataUnreadable = try refusal({ $0.add([0xFF, 0xFE], [1]) }) else {
            Issue.record("accepted")
            return
        }
    }

    @Test func `A value that is there twice is refused`() throws {
        let error = try refusal { $0.add("SLOT", Array("9".utf8)) }
        #expect(error == .metadataUnreadable(file: "x.xpak", detail: "SLOT is there more than once"))
    }

    @Test func `Metadata that is too large, or in too many files, is refused`() throws {
        #expect(
            try refusal { $0.add("LARGE", Array(repeating: 97, count: BinpkgLimits.metadata)) }
                == .memberTooLarge(file: "x.xpak", member: "metadata", limit: BinpkgLimits.metadata))
        // It is not read for that.
        #expect(
            try refusal { $0.size = 0xFFFF_FFFF }
                == .memberTooLarge(file: "x.xpak", member: "metadata", limit: BinpkgLimits.metadata))
        let error = try refusal { segment in
            for number in 0...BinpkgLimits.metadataFiles { segment.add("FILE\(number)", []) }
        }
        #expect(error.description.contains("more than 4096 files"))
    }

    @Test(arguments: ["../../etc", "dev-libs/x", "", ".hidden"]) func `A package that leaves the binhost is refused`(
        _ category: String
    ) throws {
        var fixture = XPAKFixture()
        fixture.metadata["CATEGORY"] = category
        guard case .metadataInvalid = try refusal(fixture) else {
            Issue.record("accepted")
            return
        }
    }
}

/// Which reader reads a file is the job's to say.
struct BinpkgReaderTests {
    private func refusal(
        _ bytes: [UInt8], as format: BinpkgFormat, signatures: BinpkgSignatures = .none
    ) throws -> BinpkgError? {
        let file = try UnnamedFile.holding(bytes)
        defer { try? file.close() }
        let whole = #expect(throws: BinpkgError.self) {
            try BinpkgReader.readWhole(file, file: "x", as: format, signatures: signatures)
        }
        let metadata = #expect(throws: BinpkgError.self) {
            try BinpkgReader.read(file, file: "x", as: format, signatures: signatures)
        }
        #expect(whole == metadata)
        return whole
    }

    @Test func `A package of the other format is refused by its name, whatever else it is`() throws {
        let (gpkg, xpak) = (try GPKGFixture().bytes(), try XPAKFixture().bytes())
        let asXPAK = try refusal(gpkg, as: .xpak)
        #expect(asXPAK == .otherFormat(file: "x", wanted: .xpak, found: .gpkg))
        #expect(
            asXPAK?.description
                == "x is of the format gpkg, and its job was to have the format xpak: bring the worker up to the "
                + "coordinator's version")
        #expect(try refusal(xpak, as: .gpkg) == .otherFormat(file: "x", wanted: .gpkg, found: .xpak))
        // Whoever reads it the one way or the other would find another package.
        let both = gpkg + XPAKFixture.Segment().bytes
        #expect(try refusal(both, as: .gpkg) == .otherFormat(file: "x", wanted: .gpkg, found: .xpak))
        #expect(try refusal(both, as: .xpak) == .otherFormat(file: "x", wanted: .xpak, found: .gpkg))
    }

    @Test func `An xpak is never a signed package`() throws {
        #expect(try refusal(XPAKFixture().bytes(), as: .xpak, signatures: .all) == .cannotBeSigned(file: "x"))
    }

    @Test func `Each is read as what it is, wherever its file stands`() throws {
        for (format, bytes) in [(BinpkgFormat.gpkg, try GPKGFixture().bytes()), (.xpak, try XPAKFixture().bytes())] {
            let file = try UnnamedFile.holding(bytes)
            defer { try? file.close() }
            try file.seek(offset: 17, from: .start)
            let metadata = try BinpkgReader.read(file, file: "x", as: format)
            #expect(metadata.buildID == 3)
            #expect(try BinpkgReader.readWhole(file, file: "x", as: format).metadata == metadata)
        }
    }
}
