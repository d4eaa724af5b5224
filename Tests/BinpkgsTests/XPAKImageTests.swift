import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Binpkgs
@testable import Shared

/// The image of an xpak: dependents see the same in it as in a gpkg, and nothing but an image is taken for one.
struct XPAKImageTests {
    typealias Member = GPKGFixture.Member

    static let programs = ["zstd", "xz", "gzip", "bzip2"]

    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func output(_ image: [UInt8]?, limit: Int64 = BinpkgLimits.image) throws -> ContentDigest? {
        let file = try UnnamedFile.holding(try XPAKFixture(image: image).bytes())
        return try file.closeAfter { try XPAKReader.readWhole(file, file: "x", imageLimit: limit).output }
    }

    private func output(_ members: [Member]) throws -> ContentDigest? { try output(GPKGFixture.tar(members)) }

    private func refusal(_ image: [UInt8]) throws -> String {
        let error = #expect(throws: BinpkgError.self) { try output(image) }
        guard case .imageUnreadable("x", let detail) = error else {
            Issue.record("\(String(describing: error))")
            return ""
        }
        return detail
    }

    private func pack(_ bytes: [UInt8], by program: String) async throws -> [UInt8] {
        let path = directory.path.appending("image.tar")
        try Data(bytes).write(to: URL(fileURLWithPath: path.string))
        return Array(try await run("/usr/bin/env", [program, "-c", path.string]))
    }

    private static func other(_ name: String, type: String, link: String = "") -> Member {
        Member(name: name, content: [], type: UInt8(ascii: Unicode.Scalar(type) ?? "0"), link: link)
    }

    /// A library as it is installed.
    private static func library(below front: String) -> [Member] {
        [
            other("\(front)usr", type: "5"), other("\(front)usr/lib", type: "5"),
            Member(name: "\(front)usr/lib/libexpat.so.1.8.10", content: [1, 2, 3], mode: 0o755, owner: 3),
            other("\(front)usr/lib/libexpat.so.1", type: "2", link: "libexpat.so.1.8.10"),
            Member(name: "\(front)usr/share/doc/expat/README", content: [4]),
            other("\(front)usr/bin/xmlwf", type: "1", link: "\(front)usr/lib/libexpat.so.1.8.10"),
        ]
    }

    private static let members = [other("./", type: "5")] + library(below: "./")

    @Test("The same contents are the same to dependents in both formats, however they are packed", arguments: programs)
    func sameAsInAGPKG(program: String) async throws {
        let fixture = GPKGFixture(
            packedImage: ("", GPKGFixture.tar([Self.other("image", type: "5")] + Self.library(below: "image/"))))
        let file = try UnnamedFile.holding(try fixture.bytes())
        let inGPKG = try file.closeAfter { try GPKGReader.readWhole(file, file: "x").output }
        #expect(inGPKG != nil)
        #expect(try output(Self.members) == inGPKG)
        let packed = try await pack(GPKGFixture.tar(Self.members), by: program)
        #expect(try output(packed) == inGPKG)
        #expect(try output(Self.library(below: "")) == inGPKG, "as other programs name the members")
        var changed = Self.members
        changed[3].content[0] = 2
        #expect(try output(changed) != inGPKG)
    }

    @Test("What GNU tar writes is read: long names, names beyond ASCII, links, padding", arguments: ["gnu", "pax"])
    func asGNUTarWritesIt(format: String) async throws {
        let root = directory.path.appending("root")
        let place = root.appending("usr/share/\(String(repeating: "long-", count: 40))")
        try FileManager.default.createDirectory(atPath: place.string, withIntermediateDirectories: true)
        try Data([1]).write(to: URL(fileURLWithPath: place.appending("Főtanúsítvány.crt").string))
        try FileManager.default.linkItem(
            atPath: place.appending("Főtanúsítvány.crt").string, toPath: place.appending("link").string)
        func tar(_ directory: FilePath, _ name: String) async throws -> [UInt8] {
            Array(
                try await run("/usr/bin/env", ["tar", "-C", directory.string, "--format=\(format)", "-cf", "-", name]))
        }
        let found = try output(await tar(root, "."))
        #expect(found != nil)
        try FileManager.default.moveItem(
            atPath: root.string, toPath: directory.path.appending("image").string)
        let file = try UnnamedFile.holding(
            try GPKGFixture(packedImage: ("", await tar(directory.path, "image"))).bytes())
        #expect(try file.closeAfter { try GPKGReader.readWhole(file, file: "x").output } == found)
    }

    @Test("An image that unpacks to more than any package has is refused, wherever in it that comes")
    func bomb() throws {
        let zeros = [UInt8](repeating: 0, count: 8 << 20)
        for image in [
            GPKGFixture.tar([.init(name: "./usr/lib/zeros", content: zeros)]),
            GPKGFixture.tar([.init(name: "./usr/share/doc/zeros", content: zeros)]),
            GPKGFixture.tar(Self.members) + zeros, zeros,
        ] {
            let packed = try Gzip.compress(image)
            #expect(packed.count < 100_000)
            let error = #expect(throws: BinpkgError.self) { try output(packed, limit: 1 << 20) }
            #expect(error?.description.contains("unpacks to more than 1048576 bytes") == true, "\(error as Any)")
        }
        #expect(try output(Gzip.compress(GPKGFixture.tar(Self.members) + zeros)) == output(Self.members))
    }

    @Test("A damaged image is refused by name", arguments: programs)
    func damaged(program: String) async throws {
        let noise = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
        let tar = GPKGFixture.tar([.init(name: "./usr/lib/a", content: noise)])
        let packed = try await pack(tar, by: program)
        #expect(try output(packed) == output(tar))
        for end in stride(from: 1, to: packed.count, by: packed.count / 50 + 1) {
            _ = try refusal(Array(packed[..<end]))
        }
        for garbage in [[0], [7], Array("garbage, and more of it".utf8), tar] as [[UInt8]] {
            let detail = try refusal(packed + garbage)
            #expect(!detail.isEmpty, "\(garbage.prefix(10))")
        }
        // libarchive looks at gzip's length and checksum as little as at its name.
        guard program != "gzip" else { return }
        var changed = packed
        changed[changed.count / 2] ^= 0x10
        _ = try refusal(changed)
    }

    @Test("What is no tar, has no end, or goes on behind it is refused")
    func noTar() throws {
        let tar = GPKGFixture.tar(Self.members)
        for (image, words) in [
            (Array(repeating: 7, count: 5000), ""), ([1], ""), (Array(tar.dropLast(1024)), "its tar has no end"),
            (Array(tar.dropLast(512)), "its tar has no end"), (tar + [1], "its tar has no end, or something behind it"),
            (tar + GPKGFixture.tar([.init(name: "./usr/more", content: [1])]), "something behind it"),
        ] as [([UInt8], String)] {
            let (plain, packed) = (try refusal(image), try refusal(Gzip.compress(image)))
            if !words.isEmpty { #expect(plain.contains(words) && packed.contains(words), "\(plain); \(packed)") }
        }
        #expect(
            try output(tar + [UInt8](repeating: 0, count: 8192)) == output(tar), "a whole record, as GNU tar fills it")
    }

    @Test(
        "A file that would be installed outside the root is refused",
        arguments: ["../etc/passwd", "./usr/../../etc/passwd", "/etc/passwd", "./.."])
    func traversal(_ name: String) throws {
        let detail = try refusal(GPKGFixture.tar(Self.members + [.init(name: name, content: [1])]))
        #expect(detail.contains("leaves the package's root"))
        #expect(throws: BinpkgError.self) {
            let image = GPKGFixture.tar([.init(name: "image/../\(name)", content: [1])])
            let file = try UnnamedFile.holding(try GPKGFixture(packedImage: ("", image)).bytes())
            defer { try? file.close() }
            _ = try GPKGReader.readWhole(file, file: "x")
        }
    }

    @Test("A hard link to what is not there is refused")
    func danglingLink() throws {
        let link = Self.other("./usr/bin/x", type: "1", link: "./nowhere")
        #expect(try refusal(GPKGFixture.tar(Self.members + [link])) == "a hard link to what is not there")
    }

    @Test("What only another program could unpack has no digest, as in a gpkg")
    func lzo() throws {
        #expect(try output([0x89, 0x4C, 0x5A, 0x4F, 0x00, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]) == nil)
    }
}
