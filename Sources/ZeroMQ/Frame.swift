import CZeroMQ
import Glibc

/// One part of a message: immutable bytes, held where libzmq put them.
///
/// Receiving makes no copy of the bytes, and neither does copying a frame or sending it any number of times.
public struct Frame: Sendable {
    /// Shared between threads: once made it is only read, except for reference counts, which are atomic.
    nonisolated(unsafe) let storage: FrameStorage

    /// From this many bytes on, an array is handed to libzmq as it is; below, copying is cheaper than keeping count.
    static let copyLimit = 1024

    init(storage: FrameStorage) { self.storage = storage }

    /// An empty frame, as used for delimiters.
    public init() { storage = .make() }

    /// A frame of `count` bytes that `fill` writes in place.
    ///
    /// - Parameter fill: has to write every byte: they are whatever the memory held before.
    public init<Failure: Error>(
        unsafeUninitializedCount count: Int, fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        storage = .make()
        let bytes = storage.withMessage { message in
            let result = zmq_msg_init_size(message, count)
            precondition(result == 0, "out of memory for a frame of \(count) bytes")
            return UnsafeMutableRawBufferPointer(start: zmq_msg_data(message), count: count)
        }
        try fill(bytes)
        storage.share()
    }

    /// A frame with a copy of the bytes.
    public init(copying bytes: UnsafeRawBufferPointer) {
        storage = .make()
        storage.withMessage { message in
            let result = zmq_msg_init_size(message, bytes.count)
            precondition(result == 0, "out of memory for a frame of \(bytes.count) bytes")
            if let source = bytes.baseAddress, let target = zmq_msg_data(message) {
                target.copyMemory(from: source, byteCount: bytes.count)
            }
        }
        storage.share()
    }

    /// A frame that shows memory of somebody else, without a copy.
    ///
    /// - Parameters:
    ///   - bytes: must stay valid and unchanged as long as `owner` lives.
    ///   - owner: is kept alive until the last use of the bytes, including by libzmq's I/O threads, and may be released
    ///     on one of those.
    public init(unsafeBytes bytes: UnsafeRawBufferPointer, ownedBy owner: some AnyObject & Sendable) {
        storage = .make()
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
        let hint = Unmanaged<AnyObject>.passRetained(owner).toOpaque()
        storage.withMessage { message in
            let result = zmq_msg_init_data(
                message, UnsafeMutableRawPointer(mutating: start), bytes.count,
                { _, hint in
                    if let hint { Unmanaged<AnyObject>.fromOpaque(hint).release() }
                }, hint)
            precondition(result == 0, "out of memory for a frame")
        }
        storage.share()
    }

    /// A frame with these bytes; a large array is not copied.
    public init(_ bytes: [UInt8]) {
        if bytes.count < Self.copyLimit {
            self = bytes.withUnsafeBytes { Frame(copying: $0) }
        } else {
            // The elements of an array lie in its heap object, which the holder keeps alive and, by copy-on-write, unchanged.
            let holder = ArrayHolder(bytes)
            self = holder.bytes.withUnsafeBytes { Frame(unsafeBytes: $0, ownedBy: holder) }
        }
    }

    /// A frame with a copy of these bytes.
    public init(_ bytes: some Collection<UInt8>) {
        let copied: Frame? = bytes.withContiguousStorageIfAvailable { Frame(copying: UnsafeRawBufferPointer($0)) }
        self = copied ?? Frame(Array(bytes))
    }

    /// A frame with the UTF-8 bytes of a text.
    public init(_ text: some StringProtocol) {
        self.init(text.utf8)
    }

    /// The number of bytes.
    public var count: Int { storage.withMessage { zmq_msg_size($0) } }

    /// Whether there are no bytes.
    public var isEmpty: Bool { count == 0 }

    /// A copy of the bytes.
    public var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// The bytes as UTF-8, with replacement characters where they are none.
    public var text: String { withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }

    /// Gives access to the bytes in place; the pointer is valid only during the call.
    public func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try storage.withBytes(body)
    }

    /// A property of the connection on which the frame was received; nil for a frame made here or an unknown name.
    public func property(_ name: String) -> String? {
        storage.withMessage { message in
            zmq_msg_gets(message, name).map { String(cString: $0) }
        }
    }

    /// The authenticated name of the sender: what the ``ZAPHandler`` answered when the peer connected.
    public var userID: String? { property("User-Id") }

    /// The sender's network address, without a port.
    public var peerAddress: String? { property("Peer-Address") }
}

extension Frame: Hashable {
    /// Whether the bytes are the same.
    public static func == (left: Frame, right: Frame) -> Bool {
        left.storage === right.storage
            || left.withUnsafeBytes { a in
                right.withUnsafeBytes { b in
                    guard a.count == b.count, let start = a.baseAddress, let other = b.baseAddress else {
                        return a.isEmpty && b.isEmpty
                    }
                    return memcmp(start, other, a.count) == 0
                }
            }
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}

extension Frame: CustomStringConvertible {
    /// The size only: content does not belong in logs.
    public var description: String { "Frame(\(count) bytes)" }
}

private final class ArrayHolder: Sendable {
    let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
}
