internal import Shared

/// A transfer that will not succeed by going on.
enum TransferError: Error, CustomStringConvertible {
    /// The coordinator does not have it, or cannot read it.
    case missing(Blob, reason: String)
    /// The coordinator does not want it.
    case refused(Blob, reason: String)
    /// By its name in DISTDIR.
    case distfileRefused(String, reason: String)
    /// Nothing moved for so long.
    case stalled(Blob, Duration)
    /// The end of an attempt's log was not taken for so long.
    case logStalled(Duration)
    /// The file to be sent is not what it was.
    case damaged(Blob)
    /// What came is not what was asked for.
    case wrongContent(Blob)

    var description: String {
        switch self {
        case .missing(let blob, let reason): "the coordinator has no \(blob.digest.short): \(reason)"
        case .refused(let blob, let reason): "the coordinator refused \(blob.digest.short): \(reason)"
        case .distfileRefused(let name, let reason): "the coordinator gave no answer about \(name): \(reason)"
        case .stalled(let blob, let time): "the transfer of \(blob.digest.short) did not move for \(time.forPeople)"
        case .logStalled(let time): "the coordinator did not take the log within \(time.forPeople)"
        case .damaged(let blob): "the file \(blob.digest.short) on this worker is damaged"
        case .wrongContent(let blob): "what came as \(blob.digest.short) has another digest"
        }
    }
}
