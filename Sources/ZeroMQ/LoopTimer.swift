/// A timer on an ``EventLoop`` that has not fired yet. Letting go of it does not cancel it.
public struct LoopTimer: Sendable {
    let loop: EventLoop
    let id: UInt64

    /// Takes the timer back, if it has not fired. On the loop it will certainly not fire any more; from elsewhere it may
    /// fire at the same time.
    public func cancel() {
        loop.cancelTimer(id)
    }
}
