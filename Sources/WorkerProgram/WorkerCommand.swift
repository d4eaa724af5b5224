internal import ArgumentParser
internal import Glibc
internal import Logging
internal import ServiceLifecycle
internal import Shared
internal import SystemPackage
internal import UnixSignals
internal import Worker

@main
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "binfarm-worker",
        abstract: "Builds packages for a binfarm coordinator, in containers on this host.",
        version: BinfarmVersion.text, subcommands: [Run.self, Doctor.self])

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Connect to the coordinator and build until told to stop (SIGTERM or Ctrl-C).")

        @Option(help: "The worker's configuration file.")
        var config: String

        @Option(help: "Least severe messages logged: debug, info, warning or error.")
        var logLevel: String = "info"

        func validate() throws {
            guard Logger.Level(rawValue: logLevel) != nil else {
                throw ValidationError("'\(logLevel)' is no log level; write debug, info, warning or error")
            }
        }

        func run() async throws {
            // A peer or engine that goes away is an error of the call that notices it.
            signal(SIGPIPE, SIG_IGN)
            var logger = Logger(label: "binfarm-worker") { StreamLogHandler.standardError(label: $0) }
            logger.logLevel = Logger.Level(rawValue: logLevel) ?? .info
            let configuration = try WorkerConfiguration.load(FilePath(config))
            let service = WorkerService(configuration: configuration, logger: logger)
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: [
                        .init(
                            service: service, successTerminationBehavior: .gracefullyShutdownGroup,
                            failureTerminationBehavior: .cancelGroup)
                    ],
                    gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
            try await group.run()
        }
    }
}
