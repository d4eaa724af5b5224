import Subprocess
import SystemPackage

/// Runs short programs to their end.
enum Program {
    struct Result: Sendable {
        var words: [String]
        /// Exit status; 128 and the signal's number when a signal ended it.
        var status: Int32
        var output: String
        var errors: String

        var isSuccess: Bool { status == 0 }

        /// Everything, for messages about failures.
        var description: String {
            "`\(words.joined(separator: " "))` ended with status \(status)\n\(output)\(errors)"
        }
    }

    /// - Throws: only when the program cannot be started.
    static func run(_ words: [String]) async throws -> Result {
        let result = try await Subprocess.run(
            executable(words[0]), arguments: Arguments(Array(words.dropFirst())), input: .none,
            output: .string(limit: 64 << 20), error: .string(limit: 1 << 20))
        return Result(
            words: words, status: result.terminationStatus.code, output: result.standardOutput,
            errors: result.standardError)
    }

    /// Runs a program that has to succeed, and gives what it printed.
    @discardableResult
    static func demand(_ words: [String]) async throws -> String {
        let result = try await run(words)
        guard result.isSuccess else { throw HarnessError(result.description) }
        return result.output
    }

    static func executable(_ name: String) -> Executable {
        name.contains("/") ? .path(FilePath(name)) : .name(name)
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

/// Something that a test cannot go on without.
struct HarnessError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
