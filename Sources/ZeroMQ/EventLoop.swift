import CZeroMQ
import Glibc
import Synchronization

/// One thread that waits for ZeroMQ sockets and is the executor of the actors that own them.
///
/// An actor runs on the loop when it says so:
///
///     actor Server {
///         let loop: EventLoop
///         var socket: Socket
///         nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
///
///         func start() throws {
///             try socket.register(on: loop, owner: self) { server, events in server.serve(events) }
///         }
///     }
///
/// Its synchronous code may then use the socket, without a thread hop between the arrival of a message and the answer. A task
/// that talks to such actors should prefer the loop (`withTaskExecutorPreference(loop)`), else each of its resumptions takes
/// a trip through the global pool.
///
/// Nothing that runs on the loop may block. The loop must be shut down by ``shutdown()``; until then it keeps itself alive.
public final class EventLoop: SerialExecutor, TaskExecutor {
    /// Something to run on the loop.
    enum Work {
        case job(UnownedJob)
        case call(@Sendable () -> Void)
    }

    private enum Phase { case running, stopping, stopped }

    /// What any thread may touch.
    private struct Shared {
        var phase = Phase.running
        var work: [Work] = []
        /// Whether the loop waits in `zmq_poll`, or is about to, and nobody has woken it yet.
        var isSleeping = false
        /// Whether a thread runs what came after the loop's end.
        var isDraining = false
        var waiters: [CheckedContinuation<Void, Never>] = []
        var thread: pthread_t?

        /// Notes that the loop is to be woken; returns whether that takes a signal.
        mutating func wakes() -> Bool {
            defer { isSleeping = false }
            return isSleeping
        }
    }

    /// What only the loop's thread touches.
    private struct Local {
        var registrations: [LoopRegistration] = []
        var items: [zmq_pollitem_t] = []
        var itemsAreStale = true
        var timers = TimerQueue()
        var spare: [Work] = []
    }

    /// The most work items run between two polls, so that tasks that keep resuming each other do not starve the sockets.
    private static let workLimit = 4096

    /// The name of the thread.
    public let name: String
    private let shared = Mutex(Shared())
    private let wakeDescriptor: Int32
    /// The thread that is the executor now; zero for none.
    private let threadID = Atomic<UInt>(0)
    private let lastTimer = Atomic<UInt64>(0)
    /// Touched only where ``isCurrentThread`` is known to hold, and by the thread itself when it ends.
    private nonisolated(unsafe) var local = Local()

    private init(name: String) throws(ZeroMQError) {
        self.name = name
        wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard wakeDescriptor >= 0 else { throw ZeroMQError(code: errno, operation: "make an eventfd") }
    }

    deinit { Glibc.close(wakeDescriptor) }

    /// Starts a loop on a thread of its own.
    ///
    /// - Parameter name: names the thread, of which the system shows 15 bytes.
    /// - Throws: ``ZeroMQError`` when the process is out of descriptors or threads.
    public static func start(name: String = "zmq-loop") throws(ZeroMQError) -> EventLoop {
        let loop = try EventLoop(name: name)
        let thread = try LoopThread.start(name: name) { loop.run() }
        loop.shared.withLock { $0.thread = thread }
        return loop
    }

    /// Whether the calling code runs on the loop.
    ///
    /// Not inlined: `pthread_self` is declared as constant, so that a caller's copy could outlive a change of thread.
    @inline(never)
    public var isCurrentThread: Bool { threadID.load(ordering: .relaxed) == UInt(pthread_self()) }

    /// Stops the loop and waits until its thread has ended.
    ///
    /// Owners of sockets are told by ``SocketEvents/stopped``; their sockets stay open until they let them go. Timers that
    /// have not fired never will. Jobs of actors and tasks are never lost: those that come later run on a thread of their own,
    /// one at a time. May be called more than once, from anywhere.
    public func shutdown() async {
        await withCheckedContinuation { continuation in
            let (stopped, wake) = shared.withLock { shared in
                if shared.phase == .stopped { return (true, false) }
                shared.phase = .stopping
                shared.waiters.append(continuation)
                return (false, shared.wakes())
            }
            if wake { signal() }
            if stopped { continuation.resume() }
        }
        // The thread has nothing left to do but to return.
        let thread = shared.withLock { shared in
            defer { shared.thread = nil }
            return shared.thread
        }
        if let thread { pthread_join(thread, nil) }
    }

    /// Runs a closure on the loop, after what was handed to it before.
    public func execute(_ body: @escaping @Sendable () -> Void) {
        add(.call(body))
    }

    // MARK: Executor

    /// Runs a part of a task or actor on the loop.
    public func enqueue(_ job: consuming ExecutorJob) {
        add(.job(UnownedJob(job)))
    }

    /// Stops the program when the caller is not on the loop.
    public func checkIsolated() {
        precondition(isCurrentThread, "this code must run on the event loop \(name)")
    }

    /// Whether the caller is on the loop.
    public func isIsolatingCurrentContext() -> Bool? { isCurrentThread }

    private func add(_ work: Work) {
        let onLoop = isCurrentThread
        let (wake, drain) = shared.withLock { shared in
            shared.work.append(work)
            if shared.phase == .stopped {
                defer { shared.isDraining = true }
                return (false, !shared.isDraining)
            }
            return (onLoop ? false : shared.wakes(), false)
        }
        if wake { signal() }
        if drain { startDraining() }
    }

    private func signal() {
        var one: UInt64 = 1
        // It can only fail when the counter is full, and then the loop is awake anyway.
        _ = write(wakeDescriptor, &one, 8)
    }

    // MARK: The thread

    private func run() {
        threadID.store(UInt(pthread_self()), ordering: .relaxed)
        while true {
            // Asleep is set before looking for work, so that whoever adds some later wakes the loop.
            let (hasWork, stopping) = shared.withLock { shared in
                shared.isSleeping = shared.work.isEmpty
                return (!shared.work.isEmpty, shared.phase != .running)
            }
            if stopping { break }
            poll(timeout: hasWork ? 0 : timeout())
            shared.withLock { $0.isSleeping = false }
            runWork()
            runTimers()
        }
        stop()
    }

    private func poll(timeout: Int) {
        if local.itemsAreStale { rebuildItems() }
        let ready = zmq_poll(&local.items, Int32(local.items.count), timeout)
        // The other reason is a signal.
        if ready < 0, zmq_errno() != EINTR { removeFailed() }
        guard ready > 0 else { return }
        if local.items[0].revents != 0 {
            var count: UInt64 = 0
            _ = read(wakeDescriptor, &count, 8)
        }
        // Handlers may change both arrays; what they remove has no handler any more.
        let items = local.items
        let registrations = local.registrations
        for (index, registration) in registrations.enumerated() {
            let events = SocketEvents(rawValue: items[index + 1].revents).intersection(registration.interest)
            if !events.isEmpty { registration.handler?(events) }
        }
    }

    /// Lets go of sockets that cannot be polled any more because their context was shut down.
    private func removeFailed() {
        for registration in local.registrations where !registration.isPollable {
            let handler = registration.handler
            registration.remove()
            handler?(.stopped)
        }
    }

    private func rebuildItems() {
        local.itemsAreStale = false
        local.items = [zmq_pollitem_t(socket: nil, fd: wakeDescriptor, events: Int16(ZMQ_POLLIN), revents: 0)]
        for registration in local.registrations {
            local.items.append(
                zmq_pollitem_t(
                    socket: registration.handle, fd: 0, events: registration.interest.rawValue, revents: 0))
        }
    }

    private func runWork() {
        var budget = Self.workLimit
        let serial = asUnownedSerialExecutor()
        let task = asUnownedTaskExecutor()
        while budget > 0 {
            var batch = local.spare
            local.spare = []
            shared.withLock { swap(&$0.work, &batch) }
            if batch.isEmpty { return }
            budget -= batch.count
            for work in batch {
                switch work {
                case .job(let job): job.runSynchronously(isolatedTo: serial, taskExecutor: task)
                case .call(let body): body()
                }
            }
            batch.removeAll(keepingCapacity: batch.count < Self.workLimit)
            local.spare = batch
        }
    }

    /// How long to wait, in milliseconds: rounded up, so that the loop does not wake before the timer is due.
    private func timeout() -> Int {
        guard let deadline = local.timers.nextDeadline() else { return -1 }
        let milliseconds = (deadline - ContinuousClock.now).wholeMilliseconds
        return Int(min(max(milliseconds, 0), 3_600_000))
    }

    private func runTimers() {
        guard local.timers.count > 0 else { return }
        let now = ContinuousClock.now
        while let body = local.timers.popDue(at: now) { body() }
    }

    /// The end of the loop, on its thread.
    private func stop() {
        local.timers.removeAll()
        while let registration = local.registrations.popLast() {
            let handler = registration.handler
            registration.detach()
            handler?(.stopped)
        }
        runWork()
        threadID.store(0, ordering: .relaxed)
        let (waiters, drain) = shared.withLock { shared in
            shared.phase = .stopped
            shared.isDraining = !shared.work.isEmpty
            defer { shared.waiters = [] }
            return (shared.waiters, shared.isDraining)
        }
        if drain { startDraining() }
        for waiter in waiters { waiter.resume() }
    }

    /// Starts a thread that takes the loop's place for what came after its end.
    private func startDraining() {
        do {
            let thread = try LoopThread.start(name: name) { self.drain() }
            pthread_detach(thread)
        } catch {
            // No thread to be had: the work waits for the next attempt.
            shared.withLock { $0.isDraining = false }
        }
    }

    private func drain() {
        var isDone = false
        while !isDone {
            threadID.store(UInt(pthread_self()), ordering: .relaxed)
            runWork()
            threadID.store(0, ordering: .relaxed)
            isDone = shared.withLock { shared in
                shared.isDraining = !shared.work.isEmpty
                return !shared.isDraining
            }
        }
    }

    // MARK: Sockets

    func register(
        _ core: SocketCore, interest: SocketEvents, _ handler: @escaping @Sendable (SocketEvents) -> Void
    ) throws(ZeroMQError) {
        precondition(isCurrentThread, "a socket can only be registered on the event loop itself")
        precondition(core.registration == nil, "the socket is registered already")
        guard shared.withLock({ $0.phase == .running }) else {
            throw ZeroMQError(code: ECANCELED, operation: "register a socket on an event loop that was shut down")
        }
        let registration = LoopRegistration(loop: self, handle: core.handle, interest: interest, handler: handler)
        core.registration = registration
        local.registrations.append(registration)
        local.itemsAreStale = true
    }

    func interestChanged() {
        if isCurrentThread { local.itemsAreStale = true }
    }

    func forget(_ registration: LoopRegistration) {
        local.registrations.removeAll { $0 === registration }
        local.itemsAreStale = true
    }

    // MARK: Timers

    /// Runs a closure on the loop once, after a time; from any thread.
    @discardableResult
    public func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> LoopTimer {
        schedule(at: .now + delay, body)
    }

    /// Runs a closure on the loop once, at a time; from any thread.
    @discardableResult
    public func schedule(at deadline: ContinuousClock.Instant, _ body: @escaping @Sendable () -> Void) -> LoopTimer {
        let id = lastTimer.add(1, ordering: .relaxed).newValue
        onLoop { $0.timers.add(id: id, deadline: deadline, body: body) }
        return LoopTimer(loop: self, id: id)
    }

    /// Runs a closure in an actor of this loop once, after a time. The owner is held weakly.
    @discardableResult
    public func schedule<Owner: Actor>(
        after delay: Duration, owner: Owner, _ body: @escaping @Sendable (isolated Owner) -> Void
    ) -> LoopTimer {
        schedule(after: delay) { [weak owner] in owner?.assumeIsolated { body($0) } }
    }

    func cancelTimer(_ id: UInt64) {
        onLoop { $0.timers.cancel(id) }
    }

    private func onLoop(_ body: @escaping @Sendable (inout Local) -> Void) {
        if isCurrentThread {
            body(&local)
        } else {
            execute { body(&self.local) }
        }
    }
}
