import Foundation
import SystemPackage

@testable import BinpkgTesting
@testable import Binpkgs
@testable import Images
@testable import Shared

/// A store in a directory of its own, with packages whose files are there.
final class Workshop {
    let directory: TemporaryDirectory
    let store: ImageStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try ImageStore(directory.path.appending("images"))
    }

    /// Makes a layer of one package.
    func layer(
        _ pf: String, _ members: [GPKGFixture.Member], over base: BaseContents = BaseContents(), provides: String = ""
    ) throws -> LayerRecord {
        let package = try package(pf, members, provides: provides)
        return try PackageLayer([package.package], over: base).write([package.package.path: package.file], into: store)
    }

    func package(
        _ pf: String, _ members: [GPKGFixture.Member], provides: String = ""
    ) throws -> (package: RuntimePackage, file: FilePath) {
        var fixture = GPKGFixture(packedImage: ("", GPKGFixture.tar(members)))
        fixture.metadata["PF"] = pf
        let bytes = try fixture.bytes()
        let file = directory.path.appending("\(pf).gpkg.tar")
        try Data(bytes).write(to: URL(fileURLWithPath: file.string))
        let cpv = try CPV("dev-libs/\(pf)")
        let entry = PackagesIndex.Entry(
            values: [
                "CPV": cpv.description, "PATH": "\(cpv.cp)/\(pf)-3.gpkg.tar", "SIZE": "\(bytes.count)",
                "SHA256": ContentHasher.digest(bytes).hex, "BUILD_TIME": "1700000000", "PROVIDES": provides,
            ], header: [:])
        guard let package = try RuntimePackage(entry) else { throw CPVError(text: pf) }
        return (package, file)
    }

    /// Keeps a tar as a layer that somebody else made.
    func foreignLayer(_ members: [GPKGFixture.Member]) throws -> OCIDescriptor {
        OCIDescriptor("application/vnd.oci.image.layer.v1.tar", try store.put(GPKGFixture.tar(members)))
    }

    /// An image of such layers.
    func foreignImage(_ name: String, _ layers: [[GPKGFixture.Member]]) throws -> StoredImage {
        let descriptors = try layers.map(foreignLayer)
        var configuration = OCIConfiguration(architecture: "amd64")
        configuration.rootfs.diff_ids = descriptors.map(\.digest)
        let manifest = OCIManifest(
            config: OCIDescriptor(OCIManifest.configurationType, try store.put(configuration)), layers: descriptors,
            annotations: nil)
        try store.name(try store.put(manifest), name)
        return try store.image(name)
    }

    /// What is in a layer: paths with what they lead to.
    func files(of blob: Blob) throws -> [String] {
        let file = try FileDescriptor.open(store.path(of: blob.digest), .readOnly)
        defer { try? file.close() }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { buffer.deallocate() }
        let archive = try ArchiveReader(
            compressedTar: FileRange(file, size: blob.size, buffer: buffer), limit: 1 << 30)
        var files: [String] = []
        while let (member, _) = try archive.nextFile() {
            let target = (member.symbolicLink ?? member.hardLink).map { " -> " + String(decoding: $0, as: UTF8.self) }
            files.append(String(decoding: member.path, as: UTF8.self) + (target ?? ""))
            try archive.passOver()
        }
        return files
    }
}

extension GPKGFixture.Member {
    static func directory(_ name: String) -> Self {
        Self(name: name, content: [], type: UInt8(ascii: "5"), mode: 0o755)
    }
    static func link(_ name: String, to target: String) -> Self {
        Self(name: name, content: [], type: UInt8(ascii: "2"), link: target)
    }
    static func file(_ name: String, _ text: String) -> Self { Self(name: name, content: Array(text.utf8)) }
}
