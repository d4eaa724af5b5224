import SystemPackage

/// The parts of a checked package that go into its signed copy. All but the image is in memory.
struct UnsignedPackage {
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
    init(_ descriptor: FileDescriptor, file: String) throws(GPKGError) {
        var members: [String: Member] = [:]
        var prefix = ""
        do {
            let archive = try ArchiveReader(tar: descriptor)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
            defer { buffer.deallocate() }
            while let header = try archive.next() {
                let parts = header.name.split(separator: "/").map(String.init)
                guard parts.count == 2 else { throw GPKGError.memberMisplaced(file: file, member: header.name) }
                prefix = parts[0]
                let kind = GPKGReader.archive(parts[1]) ?? parts[1]
                var member = Member(name: parts[1], size: header.size, modified: header.modified)
                if kind == "metadata" || kind == "gpkg-1" {
                    guard header.size <= GPKGReader.metadataLimit else {
                        throw GPKGError.memberTooLarge(
                            file: file, member: parts[1], limit: GPKGReader.metadataLimit)
                    }
                    try archive.readContent(into: buffer) { piece in
                        member.content.append(contentsOf: piece)
                        return true
                    }
                }
                members[kind] = member
            }
        } catch let error as GPKGError {
            throw error
        } catch {
            throw .unreadable(file: file, detail: (error as? ArchiveReader.Failure)?.detail ?? "\(error)")
        }
        func member(_ kind: String) throws(GPKGError) -> Member {
            guard let member = members[kind] else { throw .memberMissing(file: file, member: kind) }
            return member
        }
        self.prefix = prefix
        version = try member("gpkg-1")
        metadata = try member("metadata")
        image = try member("image")
    }
}
