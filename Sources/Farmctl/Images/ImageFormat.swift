import ArgumentParser
import FoundationEssentials
import Glibc
import Images
import Shared
import SystemPackage

/// What an image can be written as, beside its place in the store.
enum ImageFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    case ociArchive = "oci-archive"
    case dockerArchive = "docker-archive"
    /// A directory.
    case rootfs
    case squashfs

    /// Writes the image beside the place and puts it there whole.
    /// - Parameter output: a file is replaced; a directory must not be there.
    func write(_ image: StoredImage, in store: ImageStore, to output: FilePath) async throws {
        guard let last = output.lastComponent, last.kind == .regular else {
            throw FarmctlError(.usage, "'\(output)' is no place for an image")
        }
        // skopeo takes what follows a colon for the image's name.
        guard !output.string.contains(":") else {
            throw FarmctlError(.usage, "'\(output)' has a ':' in it", remedy: "name another place")
        }
        if [.rootfs, .squashfs].contains(self), geteuid() != 0 {
            Output.note("not run by root: all files will be this user's")
        }
        guard !FileStatus.isDirectory(output), self != .rootfs || !FileStatus.exists(output) else {
            throw FarmctlError(.usage, "\(output) is there already", remedy: "name a place where nothing is yet")
        }
        let beside = output.removingLastComponent().appending(".\(last).\(UInt64.random(in: 0 ... .max)).new")
        do {
            try await make(image, in: store, at: beside)
            guard rename(beside.string, output.string) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            try? FileManager.default.removeItem(atPath: beside.string)
            guard let code = error as? Errno else { throw error }
            throw FarmctlError(.failed, "\(output) cannot be written: \(code)")
        }
    }

    private func make(_ image: StoredImage, in store: ImageStore, at path: FilePath) async throws {
        let source = Skopeo.place(image.name, in: store)
        switch self {
        case .ociArchive: try await Skopeo.copy(from: source, to: "oci-archive:\(path):\(image.name)")
        case .dockerArchive:
            // Docker's own format knows no zstd, and skopeo does not unpack it on the way there.
            let unpacked = FilePath("\(path).unpacked")
            defer { try? FileManager.default.removeItem(atPath: unpacked.string) }
            try await Skopeo.copy(from: source, to: "dir:\(unpacked)", options: ["--dest-decompress"])
            try await Skopeo.copy(from: "dir:\(unpacked)", to: "docker-archive:\(path):localhost/\(image.name):latest")
        case .rootfs: try await Self.unpack(image, store, to: path)
        case .squashfs:
            let tree = FilePath("\(path).tree")
            defer { try? FileManager.default.removeItem(atPath: tree.string) }
            try await Self.unpack(image, store, to: tree)
            try await Tool.run(
                "mksquashfs",
                [tree.string, path.string, "-noappend", "-quiet", "-no-progress", "-comp", "zstd", "-mkfs-time", "0"],
                package: "squashfs-tools"
            ).demandSuccess()
        }
    }

    private static func unpack(_ image: StoredImage, _ store: ImageStore, to path: FilePath) async throws {
        guard mkdir(path.string, 0o755) == 0 else { throw Errno(rawValue: errno) }
        try await Blocking.run { try RootTree(image, in: store).write(to: path) }
    }
}
