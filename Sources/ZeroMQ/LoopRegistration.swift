import CZeroMQ
import Synchronization

/// A socket that an event loop polls, and whom it tells.
///
/// `@unchecked Sendable`: all but `detached`, which is atomic, is used on the loop's thread only, or after that has ended.
final class LoopRegistration: @unchecked Sendable {
    let loop: EventLoop
    let handle: UnsafeMutableRawPointer
    private(set) var handler: (@Sendable (SocketEvents) -> Void)?
    private let detached = Atomic(false)

    var interest: SocketEvents {
        didSet { if interest != oldValue { loop.interestChanged() } }
    }

    init(
        loop: EventLoop, handle: UnsafeMutableRawPointer, interest: SocketEvents,
        handler: @escaping @Sendable (SocketEvents) -> Void
    ) {
        self.loop = loop
        self.handle = handle
        self.interest = interest
        self.handler = handler
    }

    /// Whether the loop no longer polls the socket, so that any thread may use it, one at a time.
    var isDetached: Bool { detached.load(ordering: .acquiring) }

    /// Whether the socket still answers, which it does not when its context was shut down.
    var isPollable: Bool {
        var events: Int32 = 0
        var count = MemoryLayout<Int32>.size
        return zmq_getsockopt(handle, ZMQ_EVENTS, &events, &count) == 0
    }

    /// Ends the polling; on the loop's thread.
    func remove() {
        guard !isDetached else { return }
        detach()
        loop.forget(self)
    }

    /// Marks the end of the polling; the loop drops the registration itself.
    func detach() {
        handler = nil
        detached.store(true, ordering: .releasing)
    }
}
