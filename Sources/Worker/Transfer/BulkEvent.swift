internal import Shared
internal import ZeroMQ

/// What the coordinator says about one transfer.
enum BulkEvent: Sendable {
    case begin(size: Int64, offset: Int64, credit: Int)
    case chunk(offset: Int64, Frame)
    case credit(Int)
    case stored
    case refused(reason: String, retry: Bool)
    /// It has a distfile, under this digest.
    case located(Blob)
    /// It has it not, and nobody fetches it yet.
    case fetch
}

/// What the coordinator says to a piece of a log.
enum LogAnswer: Sendable {
    /// Bytes it has now.
    case held(Int64)
    case refused(reason: String)
}
