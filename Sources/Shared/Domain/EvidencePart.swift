/// What is kept of an attempt beside its log, by its name on the wire.
package enum EvidencePart: String, Sendable, Codable {
    /// An `AttemptReport`.
    case report
    /// What the container collected, a gzipped tar.
    case files

    /// Bytes: no worker sends more, and no coordinator takes more.
    package var largest: Int64 {
        switch self {
        case .report: 1 << 20
        case .files: 256 << 20
        }
    }
}
