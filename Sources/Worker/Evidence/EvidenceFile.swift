internal import Shared

/// A file that is offered beside an attempt's end.
struct EvidenceFile: Sendable, Hashable, Codable {
    var part: EvidencePart
    var blob: Blob
}
