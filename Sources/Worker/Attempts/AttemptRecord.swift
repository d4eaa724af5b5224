internal import FoundationEssentials
internal import Shared
internal import SystemPackage

/// What is on disk about an attempt: enough to tell its end again after a restart.
struct AttemptRecord: Sendable, Equatable, Codable {
    var attempt: AttemptID
    /// nil while it runs.
    var outcome: Outcome?
    var resources = Resources()
    /// Offered beside it.
    var evidence: [EvidenceFile] = []

    func write(to path: FilePath) throws {
        try AtomicFile.write(Array(try JSONEncoder().encode(self)), to: path)
    }

    init(attempt: AttemptID, outcome: Outcome? = nil, resources: Resources = Resources()) {
        self.attempt = attempt
        self.outcome = outcome
        self.resources = resources
    }

    init(contentsOf path: FilePath) throws {
        self = try JSONDecoder().decode(AttemptRecord.self, from: Data(try SmallFile.bytes(path)))
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        attempt = try container.decode(AttemptID.self, forKey: .attempt)
        outcome = try container.decodeIfPresent(Outcome.self, forKey: .outcome)
        resources = try container.decode(Resources.self, forKey: .resources)
        // A worker of before left none.
        evidence = try container.decodeIfPresent([EvidenceFile].self, forKey: .evidence) ?? []
    }
}
