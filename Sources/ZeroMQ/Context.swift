import CZeroMQ
import Glibc

/// A libzmq context: the I/O threads, and the namespace of `inproc://` endpoints and of the ZAP handler.
///
/// A context may be used from any thread. Every socket keeps its context alive, so the context is terminated when the last
/// of its sockets has been closed and nobody else holds it. Termination waits for unsent messages of closed sockets, for
/// each at most as long as its ``SocketOptions/linger``; sockets that set none discard what is unsent.
public final class Context: Sendable {
    /// The libzmq handle. All calls made on it are documented as thread-safe.
    private nonisolated(unsafe) let pointer: UnsafeMutableRawPointer

    /// Makes a context.
    ///
    /// - Parameters:
    ///   - ioThreads: threads that move bytes; one is enough for about a gigabyte per second.
    ///   - maxSockets: how many sockets may be open at once.
    /// - Throws: ``ZeroMQError`` when the process is out of descriptors or memory, or a number is out of range.
    public init(ioThreads: Int = 1, maxSockets: Int = 1023) throws(ZeroMQError) {
        guard let pointer = zmq_ctx_new() else { throw ZeroMQError(operation: "make a context") }
        self.pointer = pointer
        try set(ZMQ_IO_THREADS, Int32(clamping: ioThreads), named: "set the number of I/O threads")
        try set(ZMQ_MAX_SOCKETS, Int32(clamping: maxSockets), named: "set the socket limit")
        // Without this the default linger is for ever, and a forgotten option would hang termination.
        try set(ZMQ_BLOCKY, 0, named: "set the default linger")
    }

    deinit {
        while zmq_ctx_term(pointer) != 0, zmq_errno() == EINTR {}
    }

    /// Makes every operation on this context's sockets fail with an error whose ``ZeroMQError/isContextTerminated`` is
    /// true, so that their owners close them. May be called from any thread, more than once.
    public func shutdown() {
        _ = zmq_ctx_shutdown(pointer)
    }

    func makeSocket(_ kind: SocketKind) throws(ZeroMQError) -> UnsafeMutableRawPointer {
        guard let socket = zmq_socket(pointer, kind.rawValue) else {
            throw ZeroMQError(operation: "make a \(kind) socket")
        }
        return socket
    }

    private func set(_ option: Int32, _ value: Int32, named operation: String) throws(ZeroMQError) {
        guard zmq_ctx_set(pointer, option, value) == 0 else {
            throw ZeroMQError(operation: operation, subject: "to \(value)")
        }
    }
}
