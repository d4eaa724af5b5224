import Shared
import Subprocess
import SystemPackage

/// Runs gpg to its end.
enum GPG {
    struct Result: Sendable {
        /// 128 and the signal's number when a signal ended it.
        var status: Int32
        var output: [UInt8]
        /// One line.
        var errors: String
    }

    /// Largest packages take a minute; what takes longer hangs.
    private static let timeout: Duration = .seconds(900)
    private static let errorLimit = 64 * 1024

    /// - Parameters:
    ///   - input: what it reads, until its end; closed.
    ///   - limit: bytes that it may write.
    /// - Throws: when there is no gpg, and when it hangs.
    static func run(_ words: [String], input: FileDescriptor, limit: Int) async throws(SigningError) -> Result {
        do {
            return try await TimeLimit.run(timeout) { try await start(words, input, limit) }
        } catch {
            throw failure("\(error)")
        }
    }

    /// Runs gpg on a few bytes. They come from a file, not a pipe: gpg may end without having read them.
    static func run(_ words: [String], input: [UInt8], limit: Int) async throws(SigningError) -> Result {
        let file: FileDescriptor
        do { file = try UnnamedFile.holding(input) } catch {
            throw SigningError(
                attempt: "hand gpg \(input.count) bytes", detail: "\(error)",
                remedy: "see that there is room for temporary files")
        }
        return try await run(words, input: file, limit: limit)
    }

    private static func start(_ words: [String], _ input: FileDescriptor, _ limit: Int) async throws -> Result {
        let result = try await Subprocess.run(
            .name("gpg"), arguments: Arguments(words), environment: .inherit.updating(["LC_ALL": "C"]),
            platformOptions: .child, input: .fileDescriptor(input, closeAfterSpawningProcess: true),
            output: .bytes(limit: limit), error: .string(limit: errorLimit))
        let errors = result.standardError.split(whereSeparator: \.isNewline).joined(separator: "; ")
        return Result(status: result.terminationStatus.code, output: result.standardOutput, errors: errors)
    }

    private static func failure(_ detail: String) -> SigningError {
        SigningError(
            attempt: "run gpg", detail: detail, remedy: "install gnupg, or see why its gpg-agent does not answer")
    }
}
