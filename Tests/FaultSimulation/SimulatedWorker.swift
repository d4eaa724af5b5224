import Core
import Shared

/// A worker as the agent of the real one behaves, without any work.
struct SimulatedWorker {
    let name: WorkerName
    var slots: Int32
    var memory: Int64
    var isUp = false
    /// Number of its connection, the newest.
    var connection = 0
    var isConnected = false
    var isWelcome = false
    var saidHello: Int64 = 0
    /// In order of start.
    var running: [Assignment] = []
    /// Of the running ones, what is built already.
    var trying: Set<AttemptID> = []
    var finished: [(attempt: AttemptID, outcome: Outcome, resources: Resources)] = []
    var stalledUntil: Int64 = 0
    var diskFullUntil: Int64 = 0
    /// Messages of the connection are mistreated until then.
    var liesUntil: Int64 = 0
    /// A connection keeps order: nothing arrives before what was said earlier, either way.
    var lastThere: Int64 = 0
    var lastHere: Int64 = 0
    /// What was under way on the last broken connection arrives no later.
    var brokenSlack: Int64 = 0

    var held: [HeldAttempt] {
        running.map { job in
            HeldAttempt(
                attempt: job.attempt, phase: trying.contains(job.attempt) ? .trial : .building, finished: false)
        } + finished.map { HeldAttempt(attempt: $0.attempt, phase: nil, finished: true) }
    }

    var building: Int { running.count { !trying.contains($0.attempt) } }

    func has(_ attempt: AttemptID) -> Bool {
        running.contains { $0.attempt == attempt } || finished.contains { $0.attempt == attempt }
    }

    mutating func forget(_ attempt: AttemptID) {
        running.removeAll { $0.attempt == attempt }
        finished.removeAll { $0.attempt == attempt }
    }

    mutating func keepOnly(_ attempts: [AttemptID]) {
        running.removeAll { !attempts.contains($0.attempt) }
        finished.removeAll { held in !attempts.contains(held.attempt) }
    }
}
