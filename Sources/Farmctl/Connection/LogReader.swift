import Shared

/// Reads the log of one package's attempt, from its start to its end or to what there is.
struct LogReader {
    /// Run, attempt and place that come next.
    private(set) var request: WireLogRequest
    private var fence: UInt64?
    private var isComplete = false

    /// How long a followed log may be silent before the coordinator is asked whether it is still there.
    private let patience: Duration

    /// - Parameters:
    ///   - package: empty for any in these states.
    ///   - states: empty for all.
    ///   - run: 0 for the newest that has the package.
    init(
        package: String, states: [WireJobState] = [], run: Int64, follows: Bool,
        patience: Duration = .seconds(30)
    ) {
        request = WireLogRequest()
        request.package = package
        request.states = states
        request.run = run
        request.follow = follows
        self.patience = patience
    }

    enum Event: Equatable {
        case text([UInt8])
        /// What follows is the log of another attempt.
        case newAttempt(cpv: String)
        case end
    }

    /// Waits for more.
    mutating func next(_ connection: inout CoordinatorConnection) async throws -> [Event] {
        let events = try await ask(&connection)
        // An answer without anything new to a question that waits for it: not to ask without a pause.
        if events.isEmpty { try await Task.sleep(for: .milliseconds(500)) }
        return events
    }

    private mutating func ask(_ connection: inout CoordinatorConnection) async throws -> [Event] {
        guard request.follow else { return take(try await connection.log(request)) }
        while true {
            do {
                return take(try await connection.log(request, within: patience))
            } catch let error as FarmctlError where error.status == .unreachable {
                // Nothing was written for a while, or nobody is there: a question that is answered at once tells.
                var probe = request
                probe.follow = false
                let events = take(try await connection.log(probe))
                if events.contains(where: { $0 != .end }) || isComplete { return events }
            }
        }
    }

    /// Pure: what an answer brings.
    mutating func take(_ answer: WireLogAnswer) -> [Event] {
        var events: [Event] = []
        // What was chosen must not change while its log is read.
        request.run = answer.run
        request.package = answer.cpv
        request.states = []
        if fence != answer.fence {
            let isAnother = fence != nil
            fence = answer.fence
            if isAnother {
                events.append(.newAttempt(cpv: answer.cpv))
                request.offset = 0
                // The place was one of the earlier attempt's log: asked again, from the start of this one.
                if answer.offset > 0 { return events }
            }
        }
        let known = max(0, request.offset - answer.offset)
        if known < answer.data.count {
            events.append(.text([UInt8](answer.data.dropFirst(Int(known)))))
            request.offset = answer.offset + Int64(answer.data.count)
        }
        isComplete = answer.complete
        if answer.complete || (!request.follow && answer.data.isEmpty) { events.append(.end) }
        return events
    }
}
