import Shared
import SystemPackage

/// A file that a person names on the command line.
enum InputFile {
    /// More than any graph of packages has.
    private static let limit = 1 << 30

    /// - Parameter path: `-` is standard input.
    static func read(_ path: String) throws -> [UInt8] {
        do {
            if path == "-" { return try contents(of: .standardInput) }
            let descriptor = try FileDescriptor.open(FilePath(path), .readOnly)
            return try descriptor.closeAfter { try contents(of: descriptor) }
        } catch let error as Errno {
            throw FarmctlError(.failed, "cannot read \(path): \(error)")
        }
    }

    private static func contents(of descriptor: FileDescriptor) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let part = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 8)
        defer { part.deallocate() }
        while true {
            let count = try descriptor.read(into: part)
            if count == 0 { return bytes }
            bytes += part[..<count]
            guard bytes.count <= limit else { throw FarmctlError(.failed, "the file is larger than 1 GiB") }
        }
    }
}
