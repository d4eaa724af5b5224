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
    /// The only one that is used, but that a redirection may lead to https.
    let scheme: String
    /// Largest file taken, bytes.
    let limit: Int64
    /// When to give up, whatever the server says of trying again.
    let time: Duration
    /// After a failure that may pass.
    var retries = 0

    private static let errorLimit = 16 * 1024
    /// Bytes a second below which a server counts as silent, and for how long.
    private static let slowest = (bytes: 4096, seconds: 60)

    /// curl's own exit statuses (its manual, EXIT CODES).
    private enum Status {
        static let fileUnreadable: Int32 = 37
        /// Name, proxy, connection, time, encryption, nothing sent, nothing received.
        static let silence: Set<Int32> = [5, 6, 7, 28, 35, 52, 56]
        static let httpError: Int32 = 22
    }

    /// - Parameters:
    ///   - file: replaced; it is not there when nothing was fetched.
    ///   - tag: where the server's tag of the last state is kept; the new one stands in `TAG.new` afterwards.
    func fetch(to file: FilePath, tag: FilePath? = nil) async throws(ForeignError) -> Result {
        try? FileOperations.remove(file)
        if let tag { try? FileOperations.remove(FilePath(tag.string + ".new")) }
        let words = words(file, tag: scheme == "file" ? nil : tag)
        let status: TerminationStatus
        let errors: String
        do {
            (status, errors) = try await TimeLimit.run(time) { try await Self.run(words) }
        } catch is TimeLimit.Exceeded {
            try? FileOperations.remove(file)
            return .late
        } catch {
            try? FileOperations.remove(file)
            throw ForeignError(place: address, problem: Task.isCancelled ? "given up" : "curl cannot be run: \(error)")
        }
        let said = errors.split(whereSeparator: \.isNewline).joined(separator: "; ")
        switch status {
        case .exited(0): return FileStatus.exists(file) ? .fetched : tag == nil ? .absent : .unchanged
        case .exited(Status.httpError) where said.hasSuffix(" 404"), .exited(Status.fileUnreadable):
            try? FileOperations.remove(file)
            return .absent
        default:
            try? FileOperations.remove(file)
            var isSilence = false
            if case .exited(let code) = status { isSilence = Status.silence.contains(code) }
            throw ForeignError(
                place: address, problem: said.isEmpty ? "curl ended: \(status)" : said, isSilence: isSilence)
        }
    }

    private func words(_ file: FilePath, tag: FilePath?) -> [String] {
        var words = [
            // What a server sends without end is cut off by the kernel.
            "--fsize=\(limit)", "curl", "--disable", "--fail", "--silent", "--show-error", "--location",
            "--max-redirs", "5", "--proto", "=\(scheme)", "--proto-redir", "=https,\(scheme)", "--netrc-optional",
            "--connect-timeout", "15", "--speed-limit", String(Self.slowest.bytes), "--speed-time",
            String(Self.slowest.seconds), "--retry", String(retries), "--max-filesize", String(limit),
            // Should nobody be there any more to end it.
            "--max-time", String(max(1, time.components.seconds)),
            "--output", file.string,
        ]
        if let tag { words += ["--etag-compare", tag.string, "--etag-save", tag.string + ".new"] }
        return words + ["--", address]
    }

    private static func run(_ words: [String]) async throws -> (TerminationStatus, String) {
        let result = try await Subprocess.run(
            .name("prlimit"), arguments: Arguments(words), environment: .inherit.updating(["LC_ALL": "C"]),
            platformOptions: .child, input: .none, output: .discarded, error: .string(limit: errorLimit))
        return (result.terminationStatus, result.standardError)
    }
}
