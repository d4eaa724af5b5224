internal import Glibc
internal import Logging
internal import Shared
internal import SystemPackage

/// Asks the container engine, and has it run a container when there is an image for that.
struct EngineProbe: Sendable {
    let configuration: EngineConfiguration

    private static let question = Duration.seconds(20)
    /// For one way of running a container. A cold store may take a while.
    private static let attempt = Duration.seconds(30)
    /// For all of them.
    static let trial = Duration.seconds(60)
    private static let label = "binfarm.doctor"

    func facts() async -> EngineFacts {
        var facts = EngineFacts(
            command: configuration.command, isRoot: HostProbe.isRoot, user: HostProbe.user,
            packageManager: HostProbe.packageManager)
        facts.isFound = HostProbe.find(configuration.command[0]) != nil
        guard facts.isFound else { return facts }
        let engine = CommandLineEngine(configuration, logger: Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() })
        do {
            facts.version = .success(try await TimeLimit.run(Self.question) { try await engine.version() })
        } catch {
            facts.version = .failure(EngineError("'\(configuration.command.joined(separator: " "))': \(error)"))
            return facts
        }
        do {
            let format = facts.isPodman ? "json" : "{{json .}}"
            let output = try await Command.run(
                configuration.command + ["info", "--format", format], timeout: Self.question)
            guard output.status == 0 else {
                facts.fault = output.lastError
                return facts
            }
            facts.info = try EngineInfo(json: output.text)
        } catch let error as EngineError {
            facts.fault = error.description
            return facts
        } catch {
            facts.info = nil
        }
        let name = "\(getpid())"
        do {
            let isPodman = facts.isPodman
            facts.trial = try await TimeLimit.run(Self.trial) { try await trial(isPodman: isPodman, name: name) }
        } catch {
            facts.trial = .failed("\(error)")
        }
        if facts.trial != .noImage {
            // One that was given up may still be there.
            _ = try? await TimeLimit.run(Self.question) { try await engine.removeAll(label: Self.label, value: name) }
        }
        return facts
    }

    private func trial(isPodman: Bool, name: String) async throws -> EngineFacts.Trial {
        guard let image = try await image() else { return .noImage }
        var last = ""
        for usage in CommandLineEngine.candidates(configuration, isPodman: isPodman) {
            let words =
                usage.command + ["run", "--rm", "--pull", "never", "--network", "none"]
                + ["--label", "\(Self.label)=\(name)"] + usage.limits.trial + usage.run + [image, "/bin/true"]
            let output = try await Command.run(words, timeout: Self.attempt)
            if output.status == 0 {
                return .runs(
                    with: (usage.command + ["run"] + usage.run).joined(separator: " "), limits: usage.limits)
            }
            last = output.lastError
        }
        return .failed(last)
    }

    /// An image of binfarm's: what others contain is not known.
    private func image() async throws -> String? {
        let output = try await Command.run(
            configuration.command + ["images", "--format", "{{.Repository}}:{{.Tag}}"], timeout: Self.question)
        guard output.status == 0 else { throw EngineError("images cannot be listed: \(output.lastError)") }
        let names = output.text.split(separator: "\n").map(String.init)
        return names.first { $0.hasPrefix("localhost/binfarm-epoch:") }
            ?? names.first { $0.hasPrefix("localhost/binfarm-") && !$0.contains("snapshot") }
    }
}
