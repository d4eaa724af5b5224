import ArgumentParser
import Coordinator
import Glibc
import Logging
import ServiceLifecycle
import Shared
import SystemPackage
import UnixSignals

/// The program on the head node.
@main
struct CoordinatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "binfarm-coordinator",
        abstract: "Resolves, plans, hands out builds and publishes what comes back.",
        version: BinfarmVersion.text)

    @Option(name: .long, help: "The configuration file; docs/configuration.md describes it.")
    var config = "/etc/binfarm/coordinator.yaml"

    @Option(help: "trace, debug, info, notice, warning or error.", transform: Self.level)
    var logLevel: Logger.Level = .info

    private static func level(_ text: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: text) else { throw ValidationError("'\(text)' is no log level") }
        return level
    }

    func run() async throws {
        // A client that goes away must not take the coordinator along.
        signal(SIGPIPE, SIG_IGN)
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var logger = Logger(label: "binfarm-coordinator")
        logger.logLevel = logLevel
        do {
            let configuration = try CoordinatorConfiguration.load(FilePath(config))
            let service = CoordinatorService(configuration: configuration, logger: logger)
            let group = ServiceGroup(
                configuration: .init(
                    services: [
                        .init(
                            service: service, successTerminationBehavior: .gracefullyShutdownGroup,
                            failureTerminationBehavior: .cancelGroup)
                    ], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
            try await group.run()
        } catch let error as any Error & CustomStringConvertible {
            logger.critical("\(error.description)")
            throw ExitCode.failure
        }
    }
}
