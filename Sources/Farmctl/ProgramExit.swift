/// How the program ends; scripts rely on these numbers, docs/farmctl.md lists them.
enum ProgramExit: Int32, Sendable {
    case ok = 0
    /// The run that was waited for failed or was cancelled.
    case failed = 1
    /// The command line or the configuration is wrong, or the coordinator found the request so.
    case usage = 2
    /// No answer from the coordinator.
    case unreachable = 3
    /// This key may not do that.
    case refused = 4
    case notFound = 5
    /// The coordinator cannot do it now; later it may.
    case unavailable = 6
    /// Ended by Ctrl-C, as the shell counts.
    case interrupted = 130
}
