import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Images
@testable import Shared

struct ImageStoreTests {
    private static func compose(
        _ name: String, _ layers: [LayerRecord], over base: BaseImage? = nil, in workshop: Workshop
    ) throws -> StoredImage {
        let composition = ImageComposition(
            base: base ?? BaseImage(architecture: "amd64", claimed: []), layers: layers, needed: ["libx.so.1"])
        try workshop.store.name(try composition.write(into: workshop.store), name)
        return try workshop.store.image(name)
    }

    @Test func `An image says what runs in it, and of which packages its layers are`() throws {
        let workshop = try Workshop()
        let layer = try workshop.layer(
            "expat-2.5.0-r1", [.file("image/etc/env.d/50x", "PATH=/opt/x/bin\nLDPATH=/opt/x/lib\nX_HOME='it'\n")])
        let image = try Self.compose("first", [layer], in: workshop)
        #expect(
            image.configuration.config?.Env == [
                "PATH=/opt/x/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "X_HOME=it",
                "LD_LIBRARY_PATH=/opt/x/lib",
            ])
        #expect(image.configuration.created == "2023-11-14T22:13:20Z", "when the newest package was built")
        #expect(image.manifest.layers.first?.annotations == ["binfarm.packages": "dev-libs/expat-2.5.0-r1"])
        #expect(image.configuration.rootfs.diff_ids.count == image.manifest.layers.count)
        #expect(try Self.compose("again", [layer], in: workshop).descriptor.digest == image.descriptor.digest)
        #expect(try workshop.store.images().map(\.name) == ["again", "first"])
    }

    @Test func `Programs find the libraries that they link to, wherever packages have them`() throws {
        let workshop = try Workshop()
        let layer = try workshop.layer(
            "gcc-1",
            [
                .file("image/usr/lib/gcc/1/32/libx.so.1", "32"), .file("image/usr/lib/gcc/1/libx.so.1", "x"),
                .file("image/usr/lib/plug/liby.so.1", "y"),
            ],
            provides: "x86_64: libx.so.1 liby.so.1")
        let image = try Self.compose("found", [layer], in: workshop)
        #expect(
            image.configuration.config?.Env?.last == "LD_LIBRARY_PATH=/usr/lib/gcc/1:/usr/lib/gcc/1/32",
            "nothing links to the other")
    }

    @Test func `Layers go with the last image that has them`() throws {
        let workshop = try Workshop()
        let shared = try workshop.layer("a-1", [.file("image/a", "a")])
        let own = try workshop.layer("b-1", [.file("image/b", "b")])
        _ = try Self.compose("both", [shared, own], in: workshop)
        _ = try Self.compose("one", [shared], in: workshop)
        #expect(try workshop.store.prune().count == 0)
        try workshop.store.remove(["both"])
        let pruned = try workshop.store.prune()
        #expect(pruned.count == 3, "its own layer, its configuration, its manifest; the settings are the same")
        #expect(workshop.store.has(shared.blob) && !workshop.store.has(own.blob))
        #expect(try workshop.store.image("one").manifest.layers.count == 2)
        #expect(throws: ImageError.self) { try workshop.store.image("both") }
    }

    @Test func `A layer that was made is found again while its blob is there`() throws {
        let workshop = try Workshop()
        let record = try workshop.layer("a-1", [.file("image/a", "a")])
        let key = ContentHasher.digest([1])
        #expect(workshop.store.layer(key) == nil)
        try workshop.store.keep(record, as: key)
        #expect(workshop.store.layer(key) == record)
        #expect(unlink(workshop.store.path(of: record.blob.digest).string) == 0)
        #expect(workshop.store.layer(key) == nil)
    }

    @Test func `A store that is damaged says so`() throws {
        let workshop = try Workshop()
        for text in ["", "{", "[]", #"{"schemaVersion":2,"manifests":[{}]}"#] {
            try AtomicFile.write(Array(text.utf8), to: workshop.store.directory.appending("index.json"))
            #expect(throws: ImageError.self) { try workshop.store.images() }
        }
    }

    @Test func `The base says what it has`() throws {
        let workshop = try Workshop()
        let image = try workshop.foreignImage(
            "base",
            [
                [
                    .directory("usr/"), .directory("usr/lib64/"), .file("usr/lib64/libc.so.6", "c"),
                    .link("lib64", to: "usr/lib64"), .link("etc/mtab", to: "/proc/mounts"), .link("bin", to: "gone"),
                    .directory("var/db/pkg/sys-libs/glibc-2.40"), .file("etc/env.d/00base", "LDPATH=/usr/lib64\n"),
                ],
                [
                    .file("gone/libgone.so.1", ""), .directory("var/db/pkg/sys-libs/gone-1"),
                    .file("etc/env.d/50gone", "X=1"),
                    .link("sbin", to: "usr/sbin"), .link("usr/sbin", to: "lib64"),
                ],
                [
                    .file(".wh.gone", ""), .file("var/db/pkg/sys-libs/.wh.gone-1", ""),
                    .file("etc/env.d/.wh.50gone", ""),
                    .file("etc/portage/profile/package.provided", "# none\napp-arch/bzip2-1.0.8\nnonsense\n"),
                    .directory("etc/env.d/"),
                ],
            ])
        let base = try BaseImage(image, in: workshop.store, claimed: ["lib/x"])
        #expect(
            base.contents
                == BaseContents(
                    links: ["lib64": "usr/lib64", "sbin": "usr/sbin", "usr/sbin": "usr/lib64"],
                    libraries: ["libc.so.6"],
                    packages: [try CPV("sys-libs/glibc-2.40"), try CPV("app-arch/bzip2-1.0.8")], claimed: ["lib/x"]))
        #expect(base.environment == ["00base": "LDPATH=/usr/lib64\n"])
        let composed = try Self.compose("onbase", [], over: base, in: workshop)
        #expect(composed.manifest.layers.prefix(3) == image.manifest.layers[...], "its layers are taken as they are")
        #expect(composed.configuration.config?.Env?.contains("LD_LIBRARY_PATH=/usr/lib64") == true)
    }

    @Test func `Unpacked, later layers replace what earlier ones have, and take away what they say`() throws {
        let workshop = try Workshop()
        let image = try workshop.foreignImage(
            "layered",
            [
                [
                    .directory("d/"), .file("d/kept", "1"), .file("d/gone", "1"), .file("d/changed", "1"),
                    .directory("o/"), .file("o/old", "1"), .link("l", to: "d"),
                ],
                [.file("o/new", "2"), .file("d/.wh.gone", ""), .file("d/changed", "2"), .file("o/.wh..wh..opq", "")],
            ])
        let root = workshop.directory.path.appending("root")
        try Directory.create(root)
        try RootTree(image, in: workshop.store).write(to: root)
        #expect(try Directory.names(in: root.appending("d")).sorted() == ["changed", "kept"])
        #expect(try Directory.names(in: root.appending("o")) == ["new"])
        #expect(try String(contentsOfFile: root.appending("d").appending("changed").string, encoding: .utf8) == "2")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: root.appending("l").string) == "d")
    }

    @Test(arguments: [
        [[GPKGFixture.Member.file("../outside", "x")]],
        [[.link("out", to: "/tmp")], [.file("out/.wh.binfarm-outside", "")]],
    ])
    func `What leaves the directory that an image is unpacked to is refused`(_ layers: [[GPKGFixture.Member]]) throws {
        let workshop = try Workshop()
        let image = try workshop.foreignImage("hostile", layers)
        let root = workshop.directory.path.appending("root")
        try Directory.create(root)
        #expect(throws: ImageError.self) { try RootTree(image, in: workshop.store).write(to: root) }
        #expect(!FileStatus.exists(workshop.directory.path.appending("outside")))
    }

    @Test func `What a later layer puts in a directory's place does not get that directory's mode`() throws {
        let workshop = try Workshop()
        let outside = workshop.directory.path.appending("outside")
        try Directory.create(outside.appending("cron.d"))
        #expect(chmod(outside.appending("cron.d").string, 0o700) == 0)
        let open = GPKGFixture.Member(name: "a/cron.d/", content: [], type: UInt8(ascii: "5"), mode: 0o777)
        let image = try workshop.foreignImage(
            "hostile", [[.directory("a/"), open], [.file(".wh.a", ""), .link("a", to: outside.string)]])
        let root = workshop.directory.path.appending("root")
        try Directory.create(root)
        try RootTree(image, in: workshop.store).write(to: root)
        #expect(try FileStatus.permissions(of: outside.appending("cron.d")) == .ownerReadWriteExecute)
    }

    @Test func `A link is replaced by a directory of its name, and not followed`() throws {
        let workshop = try Workshop()
        let image = try workshop.foreignImage("hostile", [[.link("out", to: ".."), .file("out/outside", "x")]])
        let root = workshop.directory.path.appending("root")
        try Directory.create(root)
        try RootTree(image, in: workshop.store).write(to: root)
        #expect(!FileStatus.exists(workshop.directory.path.appending("outside")))
        #expect(FileStatus.exists(root.appending("out").appending("outside")))
    }
}
