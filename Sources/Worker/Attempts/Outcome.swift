internal import Shared

/// What an attempt came to.
enum Outcome: Sendable, Hashable, Codable {
    /// The staged file is the package.
    case package(Blob)
    /// The staged file is the resolve probe's document.
    case resolution(Blob)
    case failure(Failure)

    /// What has to be offered before it is told.
    var blob: Blob? {
        switch self {
        case .package(let blob), .resolution(let blob): blob
        case .failure: nil
        }
    }
}

extension WireFinished {
    init(_ attempt: AttemptID, _ outcome: Outcome, _ resources: Resources) {
        self.init()
        self.attempt = attempt.wire
        self.resources = resources.wire
        switch outcome {
        case .package(let blob): package = blob.wire
        case .resolution(let blob): resolution = blob.wire
        case .failure(let failure): self.failure = failure.wire
        }
    }
}
