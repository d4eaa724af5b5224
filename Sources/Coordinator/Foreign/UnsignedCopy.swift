import Shared
import SystemPackage

/// A package as its builder had it before somebody signed it: clients of a farm know the farm's key, not that of others.
enum UnsignedCopy {
    /// Writes it. The same package gives the same bytes.
    /// - Parameters:
    ///   - source: a gpkg that has been checked, at its start.
    ///   - name: for errors.
    static func write(_ source: FileDescriptor, to path: FilePath, name: String) throws {
        let package = try PackageParts(source, file: name)
        let output = try FileOperations.open(path, .writeOnly, options: [.create, .truncate])
        do {
            try output.closeAfter { try write(package, from: source, to: output) }
        } catch {
            try? FileOperations.remove(path)
            throw error
        }
    }

    private static func write(_ package: PackageParts, from source: FileDescriptor, to output: FileDescriptor) throws {
        let archive = try ArchiveWriter(output, directory: package.prefix, size: package.image.size)
        var manifest = ""
        for member in [package.version, package.metadata] {
            try archive.add("\(package.prefix)/\(member.name)", member.content, modified: member.modified)
            manifest += MemberDigests.line(member.name, member.content)
        }
        let image = package.image
        try archive.begin("\(package.prefix)/\(image.name)", size: image.size, modified: image.modified)
        manifest += try image.copy(from: source, into: archive)
        try archive.add("\(package.prefix)/Manifest", Array(manifest.utf8), modified: image.modified)
        try archive.finish()
    }
}
