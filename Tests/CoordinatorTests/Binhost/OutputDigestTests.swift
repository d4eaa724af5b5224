@testable import Binpkgs
import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator
@testable import Shared

@Suite("What dependents can see of a package")
struct OutputDigestTests {
    typealias Member = GPKGFixture.Member

    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func output(_ fixture: GPKGFixture) throws -> ContentDigest? {
        let path = directory.path.appending("package.gpkg.tar")
        try Data(try fixture.bytes()).write(to: URL(fileURLWithPath: path.string))
        let descriptor = try FileDescriptor.open(path, .readOnly)
        return try descriptor.closeAfter { try GPKGReader.readWhole(descriptor, file: "package").output }
    }

    private static func file(_ name: String, _ text: String = "content") -> Member {
        Member(name: "image/\(name)", content: Array(text.utf8))
    }

    private static func other(_ name: String, type: String, link: String = "") -> Member {
        Member(name: "image/\(name)", content: [], type: UInt8(ascii: Unicode.Scalar(type) ?? "0"), link: link)
    }

    /// A library as it is installed.
    private static let members = [
        other("usr", type: "5"), other("usr/lib", type: "5"), file("usr/lib/libexpat.so.1.8.10"),
        other("usr/lib/libexpat.so.1", type: "2", link: "libexpat.so.1.8.10"), file("usr/include/expat.h"),
        file("usr/share/doc/expat/README"), file("usr/lib/python3.12/expat.pyc"),
        other("usr/bin/xmlwf", type: "1", link: "image/usr/lib/libexpat.so.1.8.10"),
    ]

    private func image(_ change: (inout [Member]) -> Void = { _ in }) throws -> ContentDigest? {
        var members = Self.members
        change(&members)
        return try output(GPKGFixture(packedImage: ("", GPKGFixture.tar(members))))
    }

    @Test(
        "an image that unpacks to more than any package has is refused, wherever in it that comes",
        arguments: ["image/usr/lib/zeros", "image/usr/share/doc/zeros", "elsewhere/zeros"])
    func bomb(_ name: String) throws {
        let zeros = Member(name: name, content: [UInt8](repeating: 0, count: 8 << 20))
        let packed = try Gzip.compress(GPKGFixture.tar([zeros]))
        let path = directory.path.appending("bomb.gpkg.tar")
        try GPKGFixture(packedImage: (".gz", packed)).write(to: path)
        let descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        defer { try? descriptor.close() }
        let error = #expect(throws: BinpkgError.self) {
            try GPKGReader.readWhole(descriptor, file: "bomb", imageLimit: 1 << 20)
        }
        #expect(error?.description.contains("unpacks to more than 1048576 bytes") == true, "\(error as Any)")
        try descriptor.seek(offset: 0, from: .start)
        #expect(throws: Never.self) { try GPKGReader.readWhole(descriptor, file: "large") }
    }

    /// Of the second of two files: the first has some bytes already.
    @Test("a file that says it has nearly all bytes that there are numbers for is refused", arguments: [true, false])
    func size(isGPKG: Bool) throws {
        let front = isGPKG ? "image/" : "./"
        var tar = GPKGFixture.tar([
            Member(name: front + "usr/first", content: [1, 2]), Member(name: front + "usr/second", content: []),
        ])
        // GNU's numbers of 95 bits, big-endian behind a bit that says so; then the header's sum again.
        let header = 1024
        tar.replaceSubrange(
            (header + 124)..<(header + 136), with: [0x80, 0, 0, 0, 0x7F] + [UInt8](repeating: 0xFF, count: 6) + [0xFE])
        tar.replaceSubrange((header + 148)..<(header + 156), with: [UInt8](repeating: 0x20, count: 8))
        let sum = String(tar[header..<(header + 512)].reduce(0) { $0 + Int($1) }, radix: 8)
        let digits = String(repeating: "0", count: 6 - sum.count) + sum
        tar.replaceSubrange((header + 148)..<(header + 156), with: Array(digits.utf8) + [0, 0x20])
        let text = try refusal(tar, isGPKG: isGPKG)
        #expect(text.contains("unpacks to more than"), "\(text)")
    }

    /// Portage takes one off, and tar then cannot read what is left.
    @Test("what is compressed twice is refused", arguments: [true, false])
    func twice(isGPKG: Bool) throws {
        let tar = GPKGFixture.tar([Member(name: isGPKG ? "image/usr/x" : "./usr/x", content: [1, 2])])
        let text = try refusal(Gzip.compress(Gzip.compress(tar)), ending: ".gz", isGPKG: isGPKG)
        #expect(text.contains("its image archive cannot be read"), "\(text)")
    }

    private func refusal(_ image: [UInt8], ending: String = "", isGPKG: Bool) throws -> String {
        let path = directory.path.appending("package")
        if isGPKG {
            try GPKGFixture(packedImage: (ending, image)).write(to: path)
        } else {
            try XPAKFixture(image: image).write(to: path)
        }
        let descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        defer { try? descriptor.close() }
        let error = #expect(throws: BinpkgError.self) {
            try BinpkgReader.readWhole(descriptor, file: "package", as: isGPKG ? .gpkg : .xpak)
        }
        return error?.description ?? ""
    }

    @Test("what dependents never look at does not matter: times, order, documentation, debug files, Python's caches")
    func invisible() throws {
        let before = try image()
        #expect(before != nil)
        #expect(try image { for place in $0.indices { $0[place].modified += 1000 } } == before)
        #expect(try image { $0.swapAt(2, 4) } == before)
        #expect(try image { $0[5].content = [1] } == before)
        #expect(try image { $0[6].content = [1] } == before)
        #expect(
            try image {
                for name in [
                    "usr/share/man/man1/x.1", "usr/share/info/x", "usr/lib/debug/x.debug", "usr/src/debug/x.c",
                    "usr/share/doc/expat/more", "usr/lib/python3.12/__pycache__/y.cpython-312.pyc",
                ] {
                    $0.append(Self.file(name))
                }
            } == before)
    }

    @Test("every other change of a file shows")
    func visible() throws {
        let before = try image()
        let changes: [(inout [Member]) -> Void] = [
            { $0[2].content = Array("contens".utf8) }, { $0[2].mode = 0o755 }, { $0[2].owner = 250 },
            { $0[4].name += "1" }, { $0[3].link = "libexpat.so.1.8.9" }, { $0[3].type = UInt8(ascii: "0") },
            { $0.remove(at: 4) }, { $0.append(Self.file("usr/include/new.h")) }, { $0[1].mode = 0o700 },
            { $0.append(Self.file("usr/share/documents")) }, { $0.append(Self.file("usr/lib/debugger")) },
            { $0.append(Self.file("usr/lib/x.pyc.py")) },
        ]
        for (place, change) in changes.enumerated() { #expect(try image(change) != before, "change \(place)") }
    }

    @Test("a hard link is the file that it names: copies, or the names in another order, are the same")
    func hardLinks() throws {
        let before = try image()
        #expect(try image { $0[7] = Self.file("usr/bin/xmlwf") } == before)
        #expect(
            try image {
                $0[2] = Self.file("usr/bin/xmlwf")
                $0[7] = Self.other(
                    "usr/lib/libexpat.so.1.8.10", type: "1", link: "image/usr/bin/xmlwf")
            } == before)
        // The content stands under an invisible name.
        func hidden(_ text: String) throws -> ContentDigest? {
            try image {
                $0 += [
                    Self.file("usr/lib/debug/x", text),
                    Self.other("usr/bin/x", type: "1", link: "image/usr/lib/debug/x"),
                ]
            }
        }
        #expect(try hidden("one") != hidden("two"))
        #expect(throws: BinpkgError.self) {
            try image { $0.append(Self.other("usr/bin/x", type: "1", link: "image/nowhere")) }
        }
    }

    @Test("soname, sub-slot, flags and version show; the revision and what the build was told do not")
    func metadata() throws {
        func changed(_ key: String, _ value: String) throws -> Bool {
            var fixture = GPKGFixture()
            let before = try output(fixture)
            fixture.metadata[key] = value
            return try output(fixture) != before
        }
        #expect(try changed("PROVIDES", "x86_64: libexpat.so.2"))
        #expect(try changed("SLOT", "0/3"))
        #expect(try changed("SLOT", "1/2"))
        #expect(try changed("USE", "amd64 elibc_glibc kernel_linux"))
        #expect(try changed("PF", "expat-2.5.1-r1"))
        #expect(try changed("CATEGORY", "dev-other"))
        #expect(try !changed("USE", "amd64 elibc_glibc examples kernel_linux new_implicit"))
        #expect(try !changed("IUSE", "+examples static-libs test new"))
        #expect(try !changed("PF", "expat-2.5.0-r2"))
        #expect(try !changed("BUILD_ID", "4"))
        #expect(try !changed("BUILD_TIME", "1800000000"))
    }

    @Test(
        "however the image is compressed, and whatever letters its names have",
        arguments: ["zstd", "xz", "gzip", "bzip2"])
    func compression(program: String) async throws {
        var members = Self.members
        members.append(Self.file("etc/ssl/Főtanúsítvány.crt"))
        let tar = GPKGFixture.tar(members)
        let plain = try output(GPKGFixture(packedImage: ("", tar)))
        let path = directory.path.appending("image.tar")
        try Data(tar).write(to: URL(fileURLWithPath: path.string))
        let packed = Array(try await run("/usr/bin/env", [program, "-c", path.string]))
        let endings = ["zstd": ".zst", "xz": ".xz", "gzip": ".gz", "bzip2": ".bz2"]
        #expect(try output(GPKGFixture(packedImage: (endings[program] ?? "", packed))) == plain)
        #expect(plain != nil)
        // Names beyond ASCII stand in a header of their own, as Python's tarfile writes them.
        let tree = directory.path.appending("image/etc/ssl")
        try FileManager.default.createDirectory(atPath: tree.string, withIntermediateDirectories: true)
        try Data([1]).write(to: URL(fileURLWithPath: tree.appending("Főtanúsítvány.crt").string))
        let pax = Array(
            try await run("/usr/bin/env", ["tar", "-C", directory.path.string, "--format=pax", "-c", "image"]))
        let gnu = Array(
            try await run("/usr/bin/env", ["tar", "-C", directory.path.string, "--format=gnu", "-c", "image"]))
        #expect(
            try output(GPKGFixture(packedImage: ("", pax))) == output(GPKGFixture(packedImage: ("", gnu))))
    }

    @Test("an image that is damaged, or not what its name says, is refused by name")
    func damaged() throws {
        let error = #expect(throws: BinpkgError.self) {
            try output(GPKGFixture(packedImage: (".zst", Array(repeating: 7, count: 5000))))
        }
        guard case .imageUnreadable("package", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        // Damage behind the Manifest's back is found by the Manifest.
        var fixture = GPKGFixture()
        fixture.changeManifest = { $0.replacingOccurrences(of: "DATA image.tar 1", with: "DATA image.tar 2") }
        #expect(throws: BinpkgError.digestMismatch(file: "package", member: "image.tar")) { try output(fixture) }
    }

    @Test("publishing tells it, the second time too")
    func published() async throws {
        let staged = directory.path.appending("staged")
        let binhost = try Binhost(directory: directory.path.appending("binhost"), reserve: 0)
        let expected = try GPKGFixture().write(to: staged)
        let first = try await binhost.publish(staged: staged, expected: expected)
        #expect(first.output == (try output(GPKGFixture())))
        #expect(try await binhost.publish(staged: staged, expected: expected).output == first.output)
    }

    @Test("a withdrawn package is out of the index and its file is gone; the others stay")
    func withdrawn() async throws {
        let root = directory.path.appending("binhost")
        let staged = directory.path.appending("staged")
        let binhost = try Binhost(directory: root, reserve: 0)
        var paths: [String] = []
        for id in 1...3 {
            var fixture = GPKGFixture()
            fixture.metadata["BUILD_ID"] = String(id)
            var expected = try fixture.write(to: staged)
            expected.buildID = id
            paths.append(try await binhost.publish(staged: staged, expected: expected).path)
        }
        let before = await binhost.timestamp
        #expect(try await binhost.withdraw([paths[0], "no/such-1.gpkg.tar"]) == [paths[0]])
        #expect(await binhost.packages.map(\.path) == Array(paths.dropFirst()))
        #expect(await binhost.timestamp > before)
        #expect(!FileManager.default.fileExists(atPath: root.appending(paths[0]).string))
        #expect(await binhost.package(at: paths[2])?.buildID == 3)
        #expect(try await binhost.withdraw([paths[0]]) == [])
        let again = try Binhost(directory: root, reserve: 0)
        #expect(again.warnings == [])
        #expect(await again.packages.map(\.path) == Array(paths.dropFirst()))
    }
}
