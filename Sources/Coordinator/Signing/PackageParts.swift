import Binpkgs
import SystemPackage

/// The parts of a checked package that go into a copy with other signatures. All but the image is in memory.
struct PackageParts {
    struct Member {
        /// Inside the prefix directory.
        let name: String
        /// Bytes.
        let size: Int64
        /// Seconds since 1970.
        let modified: Int64
        /// Empty for the image.
        var content: [UInt8] = []
    }

    /// The directory that all members are in.
    let prefix: String
    let version: Member
    let metadata: Member
    let image: Member

    /// - Parameter descriptor: at its start.
    init(_ descriptor: FileDescriptor, file: String) throws(BinpkgError) {
        var members: [String: Member] = [:]
        var prefix = ""
        do {
            let archive = try ArchiveReader(tar: descriptor)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
            defer { buffer.deallocate() }
            while let header = try archive.next() {
                let parts = header.name.split(separator: "/").map(String.init)
                guard parts.count == 2 else { throw BinpkgError.memberMisplaced(file: file, member: header.name) }
                prefix = parts[0]
                let kind = GPKGReader.archive(parts[1]) ?? parts[1]
                var member = Member(name: parts[1], size: header.size, modified: header.modified)
                if kind == "metadata" || kind == "gpkg-1" {
                    guard header.size <= BinpkgLimits.metadata else {
                        throw BinpkgError.memberTooLarge(
                            file: file, member: parts[1], limit: BinpkgLimits.metadata)
                    }
                    try archive.readContent(into: buffer) { piece in
                        member.content.append(contentsOf: piece)
                        return true
                    }
                }
                members[kind] = member
            }
        } catch let error as BinpkgError {
            throw error
        } catch {
            throw .unreadable(file: file, detail: (error as? ArchiveReader.Failure)?.detail ?? "\(error)")
        }
        func member(_ kind: String) throws(BinpkgError) -> Member {
            guard let member = members[kind] else { throw .memberMissing(file: file, member: kind) }
            return member
        }
        self.prefix = prefix
        version = try member("gpkg-1")
        metadata = try member("metadata")
        image = try member("image")
    }
}

extension PackageParts.Member {
    /// Copies the image.
    /// - Parameters:
    ///   - source: the package that it is of.
    ///   - output: where the member has been begun.
    ///   - alsoTo: gets each piece, and tells whether to go on.
    /// - Returns: the Manifest's line.
    func copy(
        from source: FileDescriptor, into output: borrowing ArchiveWriter,
        alsoTo: (UnsafeRawBufferPointer) -> Bool = { _ in true }
    ) throws -> String {
        try source.seek(offset: 0, from: .start)
        let input = try ArchiveReader(tar: source)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
        defer { buffer.deallocate() }
        var digests = MemberDigests()
        while let member = try input.next() {
            guard member.name.hasSuffix("/" + name) else { continue }
            var failure: ArchiveWriter.Failure?
            try input.readContent(into: buffer) { piece in
                digests.update(piece)
                guard alsoTo(piece) else { return false }
                do throws(ArchiveWriter.Failure) { try output.write(piece) } catch { failure = error }
                return failure == nil
            }
            if let failure { throw failure }
            return digests.line(name)
        }
        throw ArchiveReader.Failure(detail: "its image is gone")
    }
}
