import Shared
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

/// Two packages as files, read whole.
struct PackageDifferenceTests {
    private func difference(_ old: GPKGFixture, _ new: GPKGFixture) throws -> PackageDifference {
        let directory = try TemporaryDirectory()
        let (from, to) = (directory.path.appending("old.gpkg.tar"), directory.path.appending("new.gpkg.tar"))
        try old.write(to: from)
        try new.write(to: to)
        return PackageDifference(
            from: try PackageContents(from, as: .gpkg), to: try PackageContents(to, as: .gpkg))
    }

    private func package(_ members: [GPKGFixture.Member]) -> GPKGFixture {
        var fixture = GPKGFixture()
        fixture.packedImage = ("", GPKGFixture.tar(members))
        return fixture
    }

    @Test func `The same package twice is alike in everything`() throws {
        let same = try difference(GPKGFixture(), GPKGFixture())
        #expect(same.use.isEmpty && same.files.isEmpty && same.provides.added.isEmpty && same.requires.removed.isEmpty)
        #expect(same.unchangedFiles == 1)
    }

    @Test func `Flags of the ebuild that were switched, and sonames with their class`() throws {
        var new = GPKGFixture()
        // An implicit flag is none of the ebuild's.
        new.metadata["USE"] = "amd64 elibc_glibc kernel_linux static-libs prefix"
        new.metadata["PROVIDES"] = "x86_64: libexpat.so.2 libexpatw.so.1 x86_32: libexpat.so.1"
        new.metadata["REQUIRES"] = "x86_64: libc.so.6"
        let found = try difference(GPKGFixture(), new)
        #expect(found.use == ["-examples", "+static-libs"])
        #expect(
            found.provides.added == ["x86_32: libexpat.so.1", "x86_64: libexpat.so.2", "x86_64: libexpatw.so.1"])
        #expect(found.provides.removed == ["x86_64: libexpat.so.1"])
        #expect(found.requires.added == ["x86_64: libc.so.6"])
    }

    @Test func `Files that came, went and changed, and in what`() throws {
        let old = package([
            .init(name: "image/usr/bin/same", content: [1]), .init(name: "image/usr/bin/gone", content: [1, 2]),
            .init(name: "image/usr/bin/longer", content: [1]), .init(name: "image/usr/bin/mode", content: [1]),
            .init(name: "image/usr/bin/owner", content: [1]), .init(name: "image/usr/bin/kind", content: []),
            .init(name: "image/usr/bin/link", content: [], type: UInt8(ascii: "2"), link: "a"),
        ])
        let new = package([
            .init(name: "image/usr/bin/same", content: [1]), .init(name: "image/usr/bin/new", content: [1, 2, 3]),
            .init(name: "image/usr/bin/longer", content: [1, 2]),
            .init(name: "image/usr/bin/mode", content: [1], mode: 0o755),
            .init(name: "image/usr/bin/owner", content: [1], owner: 7),
            .init(name: "image/usr/bin/kind", content: [], type: UInt8(ascii: "2"), link: "a"),
            .init(name: "image/usr/bin/link", content: [], type: UInt8(ascii: "2"), link: "b"),
        ])
        let found = try difference(old, new)
        typealias Change = PackageDifference.FileChange
        #expect(
            found.files == [
                Change(path: "/usr/bin/gone", kind: .removed, fromSize: 2, toSize: 0),
                Change(path: "/usr/bin/kind", kind: .changed([.content, .type, .target]), fromSize: 0, toSize: 0),
                Change(path: "/usr/bin/link", kind: .changed([.target]), fromSize: 0, toSize: 0),
                Change(path: "/usr/bin/longer", kind: .changed([.content]), fromSize: 1, toSize: 2),
                Change(path: "/usr/bin/mode", kind: .changed([.mode]), fromSize: 1, toSize: 1),
                Change(path: "/usr/bin/new", kind: .added, fromSize: 0, toSize: 3),
                Change(path: "/usr/bin/owner", kind: .changed([.owner]), fromSize: 1, toSize: 1),
            ])
        #expect(found.unchangedFiles == 1)
    }

    @Test func `Which of a file's names is the link does not matter`() throws {
        let names = ["image/a", "image/b"]
        func linked(_ first: String, _ second: String) -> GPKGFixture {
            package([
                .init(name: first, content: [1, 2]),
                .init(name: second, content: [], type: UInt8(ascii: "1"), link: first),
            ])
        }
        let found = try difference(linked(names[0], names[1]), linked(names[1], names[0]))
        #expect(found.files.isEmpty && found.unchangedFiles == 2, "\(found.files)")
    }

    @Test func `An image that cannot be read here is not compared`() throws {
        var packed = GPKGFixture()
        packed.packedImage = (".lzo", [1, 2, 3])
        let found = try difference(GPKGFixture(), packed)
        #expect(found.files.isEmpty && found.unchangedFiles == 0)
    }
}
