import Documents
import Shared

/// What `farmctl status --watch` shows on a terminal, and what its keys do. Knows neither terminal nor coordinator.
struct Dashboard: Sendable {
    /// What is known of the farms.
    struct News: Sendable {
        var status: StatusDocument
        /// Of the runs under way.
        var outlooks: [RunDetailDocument]
        /// The run whose jobs these are; nil when there is none.
        var run: Int64?
        /// What is building and what failed, or while something is looked for all jobs.
        var jobs: [JobDocument]
    }

    enum Action: Equatable, Sendable {
        case quit
        case openLog(run: Int64, cpv: String)
        case closeLog
        case drain(worker: String, resume: Bool)
        case retry(run: Int64, cpv: String)
        /// The jobs are to be asked for anew.
        case refresh
    }

    /// In which list the keys move.
    enum List: Sendable { case jobs, workers }

    private(set) var news: News?
    /// Since when nobody answers.
    var silence: Duration?
    /// What came of the last action.
    private(set) var message: Line?
    private(set) var list = List.jobs
    /// What is looked for in the jobs.
    private(set) var filter = ""
    private(set) var isTyping = false
    private(set) var isHelping = false
    private(set) var log: LogPane?
    /// The jobs that fit what is looked for.
    private var listed: [JobDocument] = []
    private var selectedJob: String?
    private var selectedWorker: String?
    /// Lines that a page key moves in a list.
    private static let page = 5
    /// Lines of a log that are shown.
    var logHeight = 20

    init() {}

    /// All jobs are wanted, not only those that build or failed.
    var wantsAllJobs: Bool { !filter.isEmpty }

    mutating func take(_ news: News) {
        // What is selected stays selected; what has gone gives its place to the one that is there now.
        let place = jobPlace
        self.news = news
        silence = nil
        listed = found
        if !listed.contains(where: { Self.name(of: $0) == selectedJob }) {
            selectedJob = listed.isEmpty ? nil : Self.name(of: listed[min(place, listed.count - 1)])
        }
        if selectedWorker == nil { selectedWorker = workers.first?.name }
    }

    mutating func tell(_ line: Line) { message = line }

    /// More of the log that is open.
    mutating func take(log text: String) { log?.take(text) }
    mutating func logBegins(_ cpv: String) { log?.begin(cpv) }

    // MARK: What is listed

    var jobs: [JobDocument] { listed }

    private var found: [JobDocument] {
        let wanted = filter.lowercased()
        guard !wanted.isEmpty else { return news?.jobs ?? [] }
        return (news?.jobs ?? []).filter { job in
            [job.cpv, job.state, job.worker ?? "", job.failure?.firstErrorLine ?? ""]
                .contains { $0.lowercased().firstRange(of: wanted) != nil }
        }
    }

    var workers: [WorkerDocument] { news?.status.workers ?? [] }

    /// Its place among `jobs`; the selected one may be gone: then the first.
    var jobPlace: Int { jobs.firstIndex { Self.name(of: $0) == selectedJob } ?? 0 }
    var workerPlace: Int { workers.firstIndex { $0.name == selectedWorker } ?? 0 }

    private static func name(of job: JobDocument) -> String { "\(job.run)/\(job.job)" }

    // MARK: Keys

    /// - Returns: what is to be done.
    mutating func press(_ key: Key) -> Action? {
        if key == .interrupt { return .quit }
        if isTyping { return type(key) }
        if isHelping {
            isHelping = false
            return nil
        }
        if log != nil { return pressInLog(key) }
        message = nil
        switch key {
        case .character("q"): return .quit
        case .character("?"), .character("h"): isHelping = true
        case .character("/"):
            isTyping = true
            list = .jobs
        case .escape where !filter.isEmpty:
            filter = ""
            listed = found
            return .refresh
        case .tab: list = list == .jobs ? .workers : .jobs
        case .enter, .character("l"): return openLog()
        case .character("d"): return drain()
        case .character("r"): return retry()
        default: move(key)
        }
        return nil
    }

    private mutating func type(_ key: Key) -> Action? {
        switch key {
        case .character(let character): filter.append(character)
        case .backspace: _ = filter.popLast()
        case .enter, .up, .down:
            isTyping = false
            return nil
        case .escape:
            isTyping = false
            filter = ""
        default: return nil
        }
        listed = found
        return .refresh
    }

    private mutating func pressInLog(_ key: Key) -> Action? {
        switch key {
        case .character("q"), .escape:
            log = nil
            return .closeLog
        case .character("?"), .character("h"): isHelping = true
        default: log?.press(key, page: logHeight)
        }
        return nil
    }

    private mutating func move(_ key: Key) {
        let count = list == .jobs ? jobs.count : workers.count
        guard count > 0, let steps = key.steps(page: Self.page, count: count) else { return }
        let place = min(max(0, (list == .jobs ? jobPlace : workerPlace) + steps), count - 1)
        if list == .jobs {
            selectedJob = Self.name(of: jobs[place])
        } else {
            selectedWorker = workers[place].name
        }
    }

    private mutating func openLog() -> Action? {
        guard list == .jobs, jobs.indices.contains(jobPlace) else { return nil }
        let job = jobs[jobPlace]
        guard job.attempts > 0 else {
            message = Line("\(job.cpv) has no log in this run: nothing was built", .warning)
            return nil
        }
        log = LogPane(cpv: job.cpv, firstError: job.failure?.firstErrorLine)
        return .openLog(run: job.run, cpv: job.cpv)
    }

    private mutating func drain() -> Action? {
        guard list == .workers, workers.indices.contains(workerPlace) else {
            message = Line("Tab goes to the workers; d drains one", .faint)
            return nil
        }
        let worker = workers[workerPlace]
        return .drain(worker: worker.name, resume: worker.draining || worker.setAside != nil)
    }

    private mutating func retry() -> Action? {
        guard list == .jobs, jobs.indices.contains(jobPlace) else { return nil }
        let job = jobs[jobPlace]
        guard [.failed, .skipped, .cancelled].contains(JobState(rawValue: job.state)) else {
            message = Line("\(job.cpv) has not failed", .warning)
            return nil
        }
        guard job.job >= 0 else {
            message = Line("farmctl retry --run \(job.run) resolves it again", .warning)
            return nil
        }
        return .retry(run: job.run, cpv: job.cpv)
    }
}

extension Key {
    /// How far it moves in a list; nil when it does not move.
    func steps(page: Int, count: Int) -> Int? {
        switch self {
        case .up, .character("k"): -1
        case .down, .character("j"): 1
        case .pageUp: -page
        case .pageDown, .character(" "): page
        case .home, .character("g"): -count
        case .end, .character("G"): count
        default: nil
        }
    }
}
