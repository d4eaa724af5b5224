/// What is kept of an attempt beside its log.
enum EvidencePart: String, CaseIterable, Sendable {
    /// An `AttemptReport`.
    case report
    /// What the container collected, a gzipped tar.
    case files

    /// Bytes; workers bound what they collect.
    var largest: Int64 {
        switch self {
        case .report: 1 << 20
        case .files: 256 << 20
        }
    }

    var suffix: String {
        switch self {
        case .report: "report.json"
        case .files: "files.tar.gz"
        }
    }
}
