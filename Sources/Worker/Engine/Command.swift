internal import Subprocess
internal import SystemPackage

/// Runs short commands to their end.
enum Command {
    struct Output: Sendable {
        /// Exit status; 128 and the signal's number when a signal ended it.
        let status: Int32
        let text: String
        let errors: String

        /// What the command said about its failure: the last line that is not empty.
        var lastError: String {
            (errors.split(separator: "\n").last ?? text.split(separator: "\n").last).map(String.init)
                ?? "it said nothing (exit status \(status))"
        }
    }

    /// Longest output taken from a command, bytes.
    private static let longestOutput = 1 << 20

    /// Runs `words` and waits for its end; it is killed when `timeout` has passed or the task is cancelled.
    static func run(_ words: [String], timeout: Duration) async throws -> Output {
        guard let name = words.first else { throw EngineError("no command is configured") }
        return try await withThrowingTaskGroup(of: Output?.self) { group in
            group.addTask {
                let result = try await Subprocess.run(
                    executable(name), arguments: Arguments(Array(words.dropFirst())), platformOptions: ownSession,
                    input: .none, output: .string(limit: longestOutput), error: .string(limit: longestOutput))
                return Output(
                    status: result.terminationStatus.code, text: result.standardOutput, errors: result.standardError)
            }
            group.addTask {
                try await Task.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let output = first else {
                throw EngineError("'\(words.joined(separator: " "))' did not end within \(timeout)")
            }
            return output
        }
    }

    static func executable(_ name: String) -> Executable {
        name.contains("/") ? .path(FilePath(name)) : .name(name)
    }

    /// A session of its own: a Ctrl-C at the worker's terminal is the worker's to handle, not the engine's.
    static var ownSession: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(2))]
        return options
    }
}

extension TerminationStatus {
    var code: Int32 {
        switch self {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    }
}
