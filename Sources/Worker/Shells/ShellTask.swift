internal import Shared

/// A shell that a person wants.
struct ShellTask: Sendable {
    /// Its number, between coordinator and worker.
    var session: UInt64
    var image: Blob
    /// Whose root it is.
    var build: BuildTask
    /// Left its work directory here, perhaps.
    var failed: AttemptID?
    /// The name of the person's terminal.
    var terminal: String
    var size: ShellSize?

    init(_ start: WireShellStart) throws(WireError) {
        guard start.terminal.isTerminalName else { throw WireError("terminal", "is no name of a terminal") }
        session = start.session
        image = try start.image.domain()
        build = try start.build.domain()
        failed = start.hasFailed ? try start.failed.domain() : nil
        terminal = start.terminal
        size = start.size.domain
    }
}
