import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Binpkgs
@testable import Images
@testable import Shared

struct PackageLayerTests {
    private static let members: [GPKGFixture.Member] = [
        .directory("image/"), .directory("image/usr/"), .directory("image/usr/bin/"),
        .file("image/usr/bin/tool", "tool"), .link("image/usr/bin/alias", to: "tool"),
        .init(name: "image/usr/bin/twin", content: [], type: UInt8(ascii: "1"), link: "image/usr/bin/tool"),
        .directory("image/lib64/"), .file("image/lib64/libx.so.1", "x"),
        .directory("image/etc/"), .directory("image/etc/env.d/"), .file("image/etc/env.d/50x", "LDPATH=/usr/lib64/x\n"),
    ]

    @Test func `A layer has the package's files as installing would put them`() throws {
        let workshop = try Workshop()
        let layer = try workshop.layer("expat-2.5.0-r1", Self.members)
        #expect(
            try workshop.files(of: layer.blob) == [
                "usr/", "usr/bin/", "usr/bin/tool", "usr/bin/alias -> tool", "usr/bin/twin -> usr/bin/tool", "lib64/",
                "lib64/libx.so.1", "etc/", "etc/env.d/", "etc/env.d/50x",
            ])
        #expect(layer.packages == ["dev-libs/expat-2.5.0-r1"])
        #expect(layer.environment == ["50x": "LDPATH=/usr/lib64/x\n"])
    }

    @Test func `The same package is the same bytes, and another is another layer`() throws {
        let (one, other) = (try Workshop(), try Workshop())
        let first = try one.layer("expat-2.5.0-r1", Self.members)
        #expect(try other.layer("expat-2.5.0-r1", Self.members) == first)
        #expect(try other.layer("expat-2.5.0-r1", Self.members.dropLast()).blob != first.blob)
        let package = try one.package("expat-2.5.0-r1", Self.members).package
        let key = PackageLayer([package], over: BaseContents()).key
        #expect(PackageLayer([package], over: BaseContents(links: ["lib64": "usr/lib64"])).key != key)
    }

    @Test func `What lies behind a link of the base goes where that leads`() throws {
        let workshop = try Workshop()
        let layer = try workshop.layer(
            "expat-2.5.0-r1", Self.members + [.link("image/lib64", to: "usr/lib64")],
            over: BaseContents(links: ["lib64": "usr/lib64"]))
        let files = try workshop.files(of: layer.blob)
        #expect(files.contains("usr/lib64/") && files.contains("usr/lib64/libx.so.1"))
        #expect(!files.contains { $0.hasPrefix("lib64") }, "a directory would take the base's link away")
    }

    @Test func `Several packages in a layer have each directory once`() throws {
        let workshop = try Workshop()
        let packages = try [
            workshop.package("b-1", [.directory("image/usr/"), .file("image/usr/b", "b")]),
            workshop.package("a-1", [.directory("image/usr/"), .file("image/usr/a", "a")]),
        ]
        let layer = try PackageLayer(packages.map(\.package), over: BaseContents()).write(
            Dictionary(uniqueKeysWithValues: packages.map { ($0.package.path, $0.file) }), into: workshop.store)
        #expect(try workshop.files(of: layer.blob) == ["usr/", "usr/a", "usr/b"])
        #expect(layer.packages == ["dev-libs/a-1", "dev-libs/b-1"])
    }

    @Test func `A package that would take files of others away is refused, and nothing stays of it`() throws {
        let workshop = try Workshop()
        #expect(throws: BinpkgError.self) {
            try workshop.layer("expat-2.5.0-r1", [.file("image/usr/.wh.bin", "")])
        }
        #expect(throws: BinpkgError.self) {
            try workshop.layer("expat-2.5.0-r1", [.file("image/../../etc/passwd", "")])
        }
        for target in ["image/../../etc/passwd", "image/usr/later", "elsewhere/x"] {
            let link = GPKGFixture.Member(name: "image/usr/twin", content: [], type: UInt8(ascii: "1"), link: target)
            #expect(throws: BinpkgError.self) { try workshop.layer("expat-2.5.0-r1", [link]) }
        }
        let left = try Directory.names(in: workshop.store.directory).filter { $0.hasSuffix(".new") }
        #expect(left.isEmpty)
    }

    @Test func `A file that the index does not mean is not taken`() throws {
        let workshop = try Workshop()
        let (package, file) = try workshop.package("expat-2.5.0-r1", Self.members)
        #expect(try package.isFile(at: file))
        let other = try workshop.package("expat-2.5.0-r2", Self.members).file
        #expect(try !package.isFile(at: other))
    }
}
