import CZstd
import Glibc
import Shared
import SystemPackage

/// A log that grows no more, in zstd's seekable format: frames that unpack each by itself, and behind them a table of their
/// sizes in a frame that others pass over. Any zstd unpacks it whole.
/// (contrib/seekable_format/zstd_seekable_compression_format.md of zstd)
struct PackedLog {
    /// Why a packed log cannot be read or written.
    struct Failure: Error, CustomStringConvertible {
        let path: FilePath
        let problem: String

        var description: String { "\(path) \(problem)" }
    }

    /// Bytes of the log in one frame; what is asked for at once is as much.
    static let frameSize = 256 << 10
    /// The format's own numbers.
    private static let tableMagic: UInt32 = 0x184D_2A5E
    private static let footerMagic: UInt32 = 0x8F92_EAB1
    private static let footerSize = 9
    private static let entrySize = 8
    private static let level: Int32 = 3

    private let path: FilePath
    /// Of each frame: where it begins, and what it unpacks to.
    private let frames: [(begin: Int64, packed: Int, plain: Int)]

    /// Reads the table.
    /// - Throws: `Errno`, `Failure` when it is no such file.
    init(_ path: FilePath) throws {
        self.path = path
        let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        frames = try file.closeAfter {
            let size = try file.seek(offset: 0, from: .end)
            let footer = try Self.read(file, path, at: size - Int64(Self.footerSize), count: Self.footerSize)
            let count = Int(Self.number(footer, at: 0))
            let table = count * Self.entrySize
            let begin = size - Int64(Self.footerSize + table)
            guard Self.number(footer, at: 5) == Self.footerMagic, footer[4] == 0, begin >= 0 else {
                throw Failure(path: path, problem: "is no packed log")
            }
            let entries = try Self.read(file, path, at: begin, count: table)
            var offset: Int64 = 0
            return try (0..<count).map { index in
                let packed = Int(Self.number(entries, at: index * Self.entrySize))
                let plain = Int(Self.number(entries, at: index * Self.entrySize + 4))
                defer { offset += Int64(packed) }
                guard plain <= Self.frameSize, offset + Int64(packed) <= begin else {
                    throw Failure(path: path, problem: "has a damaged table")
                }
                return (offset, packed, plain)
            }
        }
    }

    /// Bytes of the log.
    var size: Int64 { frames.reduce(0) { $0 + Int64($1.plain) } }

    /// A piece of the log; empty beyond its end.
    func read(from offset: Int64, limit: Int) throws -> [UInt8] {
        guard offset >= 0 else { return [] }
        let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        return try file.closeAfter {
            var found: [UInt8] = []
            var begin: Int64 = 0
            for frame in frames where found.count < limit {
                defer { begin += Int64(frame.plain) }
                guard begin + Int64(frame.plain) > offset else { continue }
                let skipped = Int(max(0, offset - begin))
                let plain = try unpack(
                    Self.read(file, path, at: frame.begin, count: frame.packed), to: frame.plain)
                found += plain[skipped...].prefix(limit - found.count)
            }
            return found
        }
    }

    private func unpack(_ packed: [UInt8], to size: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: size) { plain, count in
            count = packed.withUnsafeBytes { ZSTD_decompress(plain.baseAddress, size, $0.baseAddress, $0.count) }
            guard ZSTD_isError(count) == 0, count == size else {
                count = 0
                throw Failure(path: path, problem: "is damaged")
            }
        }
    }

    // MARK: Writing

    /// Packs a log beside its place, and gives it the name when it is on the disk. Blocks.
    static func pack(_ log: FilePath, to path: FilePath) throws {
        let beside = FilePath("\(path).new")
        do {
            let source = try FileDescriptor.open(log, .readOnly, options: .closeOnExec)
            try source.closeAfter {
                let target = try FileDescriptor.open(
                    beside, .writeOnly, options: [.create, .truncate, .closeOnExec],
                    permissions: [.ownerReadWrite, .groupRead, .otherRead])
                try target.closeAfter {
                    try pack(source, into: target, path)
                    guard fsync(target.rawValue) == 0 else { throw Errno(rawValue: errno) }
                }
            }
            guard rename(beside.string, path.string) == 0 else { throw Errno(rawValue: errno) }
            try AtomicFile.syncDirectory(of: path)
        } catch {
            unlink(beside.string)
            throw error
        }
    }

    private static func pack(_ source: FileDescriptor, into target: FileDescriptor, _ path: FilePath) throws {
        var table: [UInt8] = []
        var plain = [UInt8](repeating: 0, count: frameSize)
        var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(frameSize))
        var count: UInt32 = 0
        while true {
            var filled = 0
            while filled < frameSize {
                let read = try plain.withUnsafeMutableBytes {
                    try source.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
                }
                guard read > 0 else { break }
                filled += read
            }
            guard filled > 0 else { break }
            let size = ZSTD_compress(&packed, packed.count, plain, filled, level)
            guard ZSTD_isError(size) == 0 else { throw Failure(path: path, problem: "cannot be packed") }
            try target.writeAll(packed[..<size])
            table += bytes(UInt32(size)) + bytes(UInt32(filled))
            count += 1
        }
        table += bytes(count) + [0] + bytes(footerMagic)
        try target.writeAll(bytes(tableMagic) + bytes(UInt32(table.count)) + table)
    }

    private static func bytes(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number.littleEndian, Array.init) }

    private static func number(_ bytes: [UInt8], at offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func read(
        _ file: FileDescriptor, _ path: FilePath, at offset: Int64, count: Int
    ) throws -> [UInt8] {
        guard offset >= 0 else { throw Failure(path: path, problem: "is no packed log") }
        return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let bytes = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count])
            do { try file.fill(bytes, fromAbsoluteOffset: offset) } catch Errno.ioError {
                throw Failure(path: path, problem: "is cut short")
            }
            filled = count
        }
    }
}
