internal import Shared

/// A file that is offered beside an attempt's end.
struct EvidenceFile: Sendable, Hashable, Codable {
    /// As the coordinator knows it.
    enum Part: String, Sendable, Codable { case report, files }

    var part: Part
    var blob: Blob
}
