import Documents
import Logging
import Shared

/// Tells others what happened, each rule in its own time. What has not been told when the coordinator stops is not told.
struct Notifier: Sendable {
    private struct Line: Sendable {
        let rule: NotificationRule
        let events: AsyncStream<WireFarmEvent>
        let queue: AsyncStream<WireFarmEvent>.Continuation
    }

    private let lines: [Line]
    private let logger: Logger
    /// Before each further try.
    private let delays: [Duration]

    /// Events that wait to be told; of more the oldest go.
    private static let longestQueue = 1000

    init(
        _ rules: [NotificationRule], logger: Logger,
        delays: [Duration] = [.seconds(5), .seconds(30), .seconds(120), .seconds(600)]
    ) {
        lines = rules.map { rule in
            let (events, queue) = AsyncStream.makeStream(
                of: WireFarmEvent.self, bufferingPolicy: .bufferingNewest(Self.longestQueue))
            return Line(rule: rule, events: events, queue: queue)
        }
        self.logger = logger
        self.delays = delays
    }

    func take(_ event: WireFarmEvent) {
        for line in lines where line.rule.occasions.contains(where: { $0.fits(event) }) {
            if case .dropped(let lost) = line.queue.yield(event) {
                logger.error(
                    "not told: too much waits already", metadata: ["to": "\(line.rule.name)", "event": "\(lost.text)"])
            }
        }
    }

    var isEmpty: Bool { lines.isEmpty }

    /// Until the task is cancelled.
    func run() async {
        await withTaskGroup { group in
            for line in lines {
                group.addTask { for await event in line.events { await tell(event, line.rule) } }
            }
        }
    }

    private func tell(_ event: WireFarmEvent, _ rule: NotificationRule) async {
        for delay in delays.map(Optional.some) + [nil] {
            do {
                return try await NotificationDelivery(event: event, receiver: rule.receiver).deliver()
            } catch {
                guard !Task.isCancelled else { return }
                let again = delay.map { "again in \($0)" } ?? "given up"
                logger.error(
                    "somebody was not told",
                    metadata: [
                        "to": "\(rule.name)", "event": "\(event.text)", "problem": "\(error)", "then": "\(again)",
                    ])
                guard let delay else { return }
                do { try await Task.sleep(for: delay) } catch { return }
            }
        }
    }
}
