import Foundation

/// farmctl's JSON, as far as the tests look at it; docs/farmctl.md is the reference.
struct StatusDocument: Decodable {
    var paused: String?
    var refusedPeers: Int64
    var farms: [FarmDocument]
    var runs: [RunDocument]
    var workers: [WorkerDocument]
}

struct FarmDocument: Decodable {
    var name: String
    var epoch: String
    var packages: Int64
    var url: String
}

struct RunDocument: Decodable {
    var run: Int64
    var targets: [String]
    var state: String
    var jobs: [String: Int]
    var failure: FailureDocument?
    var resolveError: ResolveErrorDocument?

    var hasEnded: Bool { !["resolving", "building"].contains(state) }
    /// The states that jobs are in.
    var states: [String: Int] { jobs.filter { $0.value > 0 } }
}

struct WorkerDocument: Decodable {
    var name: String
    var connected: Bool
    var running: [JobDocument]
}

struct JobsDocument: Decodable {
    var run: Int64
    var jobs: [JobDocument]
}

struct HistoryDocument: Decodable {
    struct Build: Decodable {
        var run: Int64
        var state: String
    }

    var builds: [Build]
}

struct DiffDocument: Decodable {
    struct Build: Decodable {
        var run: Int64
        var buildId: Int
        var installedBytes: Int
    }

    struct File: Decodable {
        var path: String
        var kind: String
    }

    var from: Build
    var to: Build
    var use: [String]
    var files: [File]
}

struct JobDocument: Decodable, Equatable {
    var job: Int32
    var cpv: String
    var state: String
    var worker: String?
    var phase: String?
    var startedAt: String?
    var endedAt: String?
    var attempts: Int
    var failure: FailureDocument?
    var reason: String?
    var resources: ReportDocument.Usage?

    var isResolving: Bool { job < 0 }
}

struct FailureDocument: Decodable, Equatable {
    var `class`: String
    var reason: String
    var firstErrorLine: String?
}

struct ResolveErrorDocument: Decodable {
    var kind: String
    var atom: String?
    var packages: [String]
    var reasons: [String]
    var suggestions: [SuggestionDocument]
}

struct SuggestionDocument: Decodable, Equatable {
    var file: String
    var line: String
}

struct PlanDocument: Decodable {
    var run: Int64
    var jobs: [PlanNodeDocument]
}

struct PlanNodeDocument: Decodable {
    var job: Int32
    var cpv: String
    var waitsFor: [Int32]
    var baseEdges: [String]
    var secondPass: Bool
    var pack: Bool
}

struct SimulationDocument: Decodable {
    var jobs: Int
    var hosts: Int
    var slots: Int
    var makespan: Double
    var lowerBound: Double
    var longestPath: Double
    var work: Double
    var utilisation: Double
}

struct ReportDocument: Decodable {
    struct Stage: Decodable {
        var name: String
        var wallS: Double
    }
    struct Message: Decodable, Equatable {
        var kind: String
        var phase: String
        var text: String
    }
    struct File: Decodable {
        var path: String
        var bytes: Int64
    }
    struct Usage: Decodable, Equatable {
        var cpuS: Double
        var diskBytes: Int64
    }

    var job: JobDocument
    var stages: [Stage]
    var messages: [Message]
    var files: [File]
    var tail: [String]
}

struct BackupDocument: Decodable {
    var path: String
    var bytes: Int64
}

extension Decodable {
    init(json text: String) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(Self.self, from: Data(text.utf8))
    }
}
