/// A thing that a setup did, or found done: a line of what it prints.
enum SetupStep: Sendable, Equatable {
    /// It was not there.
    case made(String)
    /// It was there and is as it was.
    case stays(String)
    case started(String)
    case notStarted(String)

    var line: Line {
        switch self {
        case .made(let what): "made         \(what)"
        case .stays(let what): "there, stays \(what)"
        case .started(let what): "started      \(what)"
        case .notStarted(let what): "not started  \(what)"
        }
    }
}
