internal import ArgumentParser
internal import Glibc
internal import Shared
internal import SystemPackage
internal import Worker

extension WorkerCommand {
    struct Doctor: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check whether this host can serve, and tell what mends it.",
            discussion: """
                Run it as the user that runs the worker, before the worker or beside it. It changes nothing. A line for each \
                check begins with ok, warning or problem; below a problem stands the command that mends it.

                The exit status is 0 without problems (warnings do not count) and 1 with.
                """)

        @Option(help: "The worker's configuration file.")
        var config: String

        @Flag(help: "Print the findings as JSON.")
        var json = false

        func run() async throws {
            signal(SIGPIPE, SIG_IGN)
            let report = await Worker.Doctor(file: FilePath(config)).examine()
            print(json ? try report.json() : report.text, terminator: "")
            // Not by an error thrown: what hangs in the kernel must not hold up the end.
            fflush(nil)
            Glibc.exit(report.exitStatus)
        }
    }
}
