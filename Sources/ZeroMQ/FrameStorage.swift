import CZeroMQ

/// A `zmq_msg_t` at an address that never changes, closed when the last frame that shows it goes.
///
/// Frames share it between threads: once made, the message is only read. Copying a message does write to the source (its
/// reference count), but atomically so once the content is marked as shared, which ``share()`` does before anybody else
/// sees it.
final class FrameStorage: ManagedBuffer<Void, zmq_msg_t> {
    /// Makes the storage around an empty, initialised message.
    static func make() -> FrameStorage {
        let buffer = FrameStorage.create(minimumCapacity: 1) { _ in () }
        let storage = unsafeDowncast(buffer, to: FrameStorage.self)
        storage.withMessage { message in
            message.initialize(to: zmq_msg_t())
            zmq_msg_init(message)
        }
        return storage
    }

    deinit {
        _ = withUnsafeMutablePointerToElements { zmq_msg_close($0) }
    }

    @inline(__always)
    func withMessage<Result>(_ body: (UnsafeMutablePointer<zmq_msg_t>) -> Result) -> Result {
        withUnsafeMutablePointerToElements(body)
    }

    @inline(__always)
    func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let bytes = withMessage { UnsafeRawBufferPointer(start: zmq_msg_data($0), count: zmq_msg_size($0)) }
        // The bytes live as long as the message, that is as long as self.
        defer { withExtendedLifetime(self) {} }
        return try body(bytes)
    }

    /// Marks the content as shared, so that later copies count references atomically; must be called once, after the
    /// content is there and before the storage is handed out.
    func share() {
        withMessage { message in
            var copy = zmq_msg_t()
            zmq_msg_init(&copy)
            zmq_msg_copy(&copy, message)
            zmq_msg_close(&copy)
        }
    }
}
