import ArgumentParser
import Shared

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check configuration, keys, coordinator and workers, and tell what mends them.",
        discussion: """
            It changes nothing. A line for each check begins with ok, warning or problem; below what can be mended stands the \
            command. Ends with 1 when there is a problem; warnings do not count. What is wrong on a worker's own host \
            `binfarm-worker doctor` tells there.
            """)

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let report = try await FarmDoctor(
            explicit: connection.config, environment: Environment.current, timeout: .seconds(connection.timeout)
        ).examine()
        Output.write(json ? try report.json() : report.text)
        if report.problems > 0 { throw ExitCode(ProgramExit.failed.rawValue) }
    }
}
