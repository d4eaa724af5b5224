internal import Shared
internal import Synchronization

/// How long each part of an attempt takes.
final class StageClock: Sendable {
    private struct State {
        var stages: [(name: String, wall: Duration)] = []
        var current: (name: String, begun: ContinuousClock.Instant)?
    }

    private let state = Mutex(State())
    /// A build that prints the beginnings of stages itself gets no more than this.
    private static let most = 64

    /// The one before ends here.
    func enter(_ name: String, at now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            guard state.current?.name != name, state.stages.count < Self.most else { return }
            Self.end(&state, at: now)
            state.current = (name, now)
        }
    }

    /// In their order; those too short to be told are left out.
    func finish(at now: ContinuousClock.Instant = .now) -> [AttemptReport.Stage] {
        state.withLock { state in
            Self.end(&state, at: now)
            return state.stages.map { AttemptReport.Stage(name: $0.name, wall: $0.wall.milliseconds) }
                .filter { $0.wall > 0 }
        }
    }

    private static func end(_ state: inout State, at now: ContinuousClock.Instant) {
        if let current = state.current { state.stages.append((current.name, current.begun.duration(to: now))) }
        state.current = nil
    }
}
