internal import CZstd
internal import Shared
internal import SystemPackage

/// Takes a layer's tar as it is written, and packs it with zstd into a file. Digests of both are made on the way.
final class LayerSink {
    private let file: FileDescriptor
    private let stream: OpaquePointer
    private var space = [UInt8](repeating: 0, count: ZSTD_CStreamOutSize())
    private var plain = ContentHasher()
    private var packed = ContentHasher()
    private var packedSize: Int64 = 0
    /// What libarchive, which writes here, cannot be told.
    private(set) var failure: Errno?

    /// Bytes for time: more take much longer and save little.
    private static let level: Int32 = 3

    /// - Parameter file: stays the caller's.
    init(_ file: FileDescriptor) throws(Errno) {
        guard let stream = ZSTD_createCCtx() else { throw .noMemory }
        ZSTD_CCtx_setParameter(stream, ZSTD_c_compressionLevel, Self.level)
        self.stream = stream
        self.file = file
    }

    deinit { ZSTD_freeCCtx(stream) }

    /// Whether it went well.
    func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        plain.update(bytes)
        return compress(bytes, ZSTD_e_continue)
    }

    private func compress(_ bytes: UnsafeRawBufferPointer, _ directive: ZSTD_EndDirective) -> Bool {
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        var rest = 1
        while directive == ZSTD_e_end ? rest != 0 : input.pos < input.size {
            do {
                try space.withUnsafeMutableBytes { space in
                    var output = ZSTD_outBuffer(dst: space.baseAddress, size: space.count, pos: 0)
                    rest = ZSTD_compressStream2(stream, &output, &input, directive)
                    guard ZSTD_isError(rest) == 0 else { throw Errno.ioError }
                    let piece = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(space)[..<output.pos])
                    try file.writeAll(piece)
                    packed.update(piece)
                    packedSize += Int64(piece.count)
                }
            } catch {
                failure = error as? Errno ?? .ioError
                return false
            }
        }
        return true
    }

    /// What was written, as a tar and as the file.
    func finish() throws(Errno) -> (plain: ContentDigest, packed: Blob) {
        guard failure == nil, compress(UnsafeRawBufferPointer(start: nil, count: 0), ZSTD_e_end) else {
            throw failure ?? .ioError
        }
        return (plain.finish(), Blob(digest: packed.finish(), size: packedSize))
    }
}
