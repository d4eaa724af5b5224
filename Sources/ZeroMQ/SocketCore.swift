import CZeroMQ
import Glibc

/// The libzmq socket behind a ``Socket``, in a class so that an event loop can close it after its owner has gone.
///
/// `@unchecked Sendable`: it is used by one thread at a time. Before it is registered, by whoever has exclusive access to
/// the `Socket` that owns it; from then on, by the loop's thread only, which every access checks.
final class SocketCore: @unchecked Sendable {
    let kind: SocketKind
    let context: Context
    private let pointer: UnsafeMutableRawPointer
    var registration: LoopRegistration?
    var monitor: SocketMonitor?

    init(context: Context, kind: SocketKind) throws(ZeroMQError) {
        self.kind = kind
        self.context = context
        pointer = try context.makeSocket(kind)
    }

    /// The libzmq handle, for a call on the current thread.
    @inline(__always)
    var handle: UnsafeMutableRawPointer {
        if let registration {
            precondition(
                registration.loop.isCurrentThread || registration.isDetached,
                "a registered socket may only be used on its event loop")
        }
        return pointer
    }

    /// Ends the socket; on its loop's thread when it has one.
    func release() {
        guard let registration, !registration.loop.isCurrentThread, !registration.isDetached else { return close() }
        registration.loop.execute { self.close() }
    }

    private func close() {
        registration?.remove()
        monitor?.stop()
        monitor = nil
        zmq_close(pointer)
    }

    func set<Value: FixedWidthInteger>(_ option: Int32, value: Value, _ name: String) throws(ZeroMQError) {
        var value = value
        guard zmq_setsockopt(handle, option, &value, MemoryLayout<Value>.size) == 0 else {
            throw ZeroMQError(operation: "set the \(name) of a \(kind) socket", subject: "to \(value)")
        }
    }

    /// Sets an option to bytes, which an error does not show.
    func set(_ option: Int32, bytes: [UInt8], _ name: String) throws(ZeroMQError) {
        guard zmq_setsockopt(handle, option, bytes, bytes.count) == 0 else {
            throw ZeroMQError(operation: "set the \(name) of a \(kind) socket")
        }
    }
}
