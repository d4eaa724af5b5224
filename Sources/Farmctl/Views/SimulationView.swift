import Core

/// What a virtual farm came to; times in seconds.
struct SimulationView: Report, Equatable {
    let jobs: Int
    let hosts: Int
    let slots: Int
    let policy: String
    let durations: String
    let cores: String
    /// From the start of the first build to the end of the last.
    let makespan: Double
    /// No schedule is shorter: the longest path, or the work divided by the slots.
    let lowerBound: Double
    let longestPath: Double
    /// All builds one after the other.
    let work: Double
    /// The part of the slots' time in which they build.
    let utilisation: Double

    init(_ farm: VirtualFarm, _ outcome: VirtualFarm.Outcome) {
        jobs = farm.graph.jobs.count
        hosts = farm.hosts.count
        slots = outcome.slots
        policy = farm.order.rawValue
        durations = farm.durations.rawValue
        cores = farm.cores.rawValue
        makespan = Double(outcome.makespan) / 1000
        lowerBound = Double(outcome.lowerBound) / 1000
        longestPath = Double(outcome.longestPath) / 1000
        work = Double(farm.graph.work) / 1000
        utilisation = outcome.utilisation
    }

    func lines(width: Int?) -> [Line] {
        func time(_ seconds: Double) -> String { Quantity.duration(milliseconds: Int64(seconds * 1000)) }
        let above = lowerBound > 0 ? makespan / lowerBound : 1
        return [
            "\(jobs) packages on \(hosts) \(hosts == 1 ? "host" : "hosts") with \(slots) slots together",
            "makespan      \(time(makespan), .strong)",
            "lower bound   \(time(lowerBound)), \(Self.percent(above - 1)) less",
            "longest path  \(time(longestPath))",
            "work          \(time(work))",
            "utilisation   \(Self.percent(utilisation))",
        ]
    }

    private static func percent(_ part: Double) -> String {
        let tenths = Int((part * 1000).rounded())
        return "\(tenths / 10).\(abs(tenths % 10)) %"
    }
}
