import Shared
import Subprocess
import SystemPackage

/// Fetches one file with curl: it knows proxies, certificates and what else lies between here and a binhost.
struct Curl: Sendable {
    enum Result: Sendable, Equatable {
        case fetched
        /// The server says that it is as it was.
        case unchanged
        /// There is no such file.
        case absent
        /// The time was over first.
        case late
    }

    /// The address of the file.
    let address: String
    /// Also of where it is redirected to; http may lead to https.
    let scheme: String
    /// Largest file taken, bytes.
    let limit: Int64
    /// When to give up.
    let time: Duration

    private static let errorLimit = 16 * 1024

    /// curl's own exit statuses (its manual, EXIT CODES).
    private enum Status {
        static let fileUnreadable: Int32 = 37
        static let httpError: Int32 = 22
        static let timeout: Int32 = 28
    }

    /// - Parameters:
    ///   - file: replaced; it is not there when nothing was fetched.
    ///   - tag: where the server's tag of the last state is kept; the new one stands in `TAG.new` afterwards.
    func fetch(to file: FilePath, tag: FilePath? = nil) async throws(ForeignError) -> Result {
        try? FileOperations.remove(file)
        let status: TerminationStatus
        let errors: String
        do {
            (status, errors) = try await run(to: file, tag: scheme == "file" ? nil : tag)
        } catch {
            throw ForeignError(place: address, problem: "curl cannot be run: \(error)")
        }
        let words = errors.split(whereSeparator: \.isNewline).joined(separator: "; ")
        switch status {
        case .exited(0): return FileStatus.exists(file) ? .fetched : tag == nil ? .absent : .unchanged
        case .exited(Status.httpError) where words.hasSuffix(" 404"), .exited(Status.fileUnreadable):
            try? FileOperations.remove(file)
            return .absent
        case .exited(Status.timeout):
            try? FileOperations.remove(file)
            return .late
        default:
            try? FileOperations.remove(file)
            throw ForeignError(place: address, problem: words.isEmpty ? "curl ended: \(status)" : words)
        }
    }

    private func run(to file: FilePath, tag: FilePath?) async throws -> (TerminationStatus, String) {
        var words = [
            // What a server sends without end is cut off by the kernel.
            "--fsize=\(limit)", "curl", "--disable", "--fail", "--silent", "--show-error", "--location",
            "--max-redirs", "5", "--proto", "=\(scheme)", "--proto-redir", "=https,\(scheme)", "--netrc-optional",
            "--connect-timeout", "15", "--speed-limit", "1", "--speed-time", "60", "--retry", "2",
            "--max-time", String(max(1, time.components.seconds)), "--max-filesize", String(limit),
            "--output", file.string,
        ]
        if let tag {
            words += ["--etag-compare", tag.string, "--etag-save", tag.string + ".new"]
        }
        var options = PlatformOptions()
        // A Ctrl-C at the coordinator's terminal is the coordinator's to handle.
        options.createSession = true
        options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(2))]
        let result = try await Subprocess.run(
            .name("prlimit"), arguments: Arguments(words + ["--", address]),
            environment: .inherit.updating(["LC_ALL": "C"]), platformOptions: options, input: .none,
            output: .discarded, error: .string(limit: Self.errorLimit))
        return (result.terminationStatus, result.standardError)
    }
}
