import Glibc
import Subprocess
import SystemPackage

/// Runs another program to its end. Its questions, such as ssh's for a password, go to the terminal.
enum Tool {
    struct Result: Sendable {
        let name: String
        /// 128 and the signal's number when a signal ended it.
        let status: Int32
        let output: String
        let errors: String

        func demandSuccess() throws(FarmctlError) {
            guard status != 0 else { return }
            let lines = errors.split(separator: "\n").suffix(Self.shown).joined(separator: "\n")
            throw FarmctlError(
                .failed, "\(name) failed with status \(status)",
                remedy: lines.isEmpty ? "it did not say why" : "it said:\n\(lines)")
        }

        private static let shown = 10
    }

    /// Bytes; a million files have a hundred million.
    private static let outputLimit = 256 << 20
    private static let errorLimit = 1 << 20

    /// Becomes another program, of PATH where it has no slash; comes back only when that is not possible.
    static func become(_ name: String, _ words: [String]) -> Errno {
        var pointers = ([name] + words).map { strdup($0) }
        pointers.append(nil)
        // What this program and its threads do with signals is not for the other.
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        execvp(name, &pointers)
        let error = Errno(rawValue: errno)
        for pointer in pointers { free(pointer) }
        return error
    }

    /// - Parameters:
    ///   - name: looked up in PATH where it has no slash.
    ///   - package: of Debian, that has it; its own name otherwise.
    static func run(
        _ name: String, _ words: [String], package: String? = nil
    ) async throws(FarmctlError) -> Result {
        do {
            // It stays in this terminal's group of processes: Ctrl-C reaches both.
            let result = try await Subprocess.run(
                name.contains("/") ? .path(FilePath(name)) : .name(name), arguments: Subprocess.Arguments(words),
                environment: .inherit.updating(["LC_ALL": "C.UTF-8"]),
                input: .none, output: .string(limit: outputLimit), error: .string(limit: errorLimit))
            let status: Int32 =
                switch result.terminationStatus {
                case .exited(let code): code
                case .signaled(let signal): 128 + signal
                }
            return Result(name: name, status: status, output: result.standardOutput, errors: result.standardError)
        } catch {
            throw FarmctlError(
                .failed, "\(name) cannot be run: \(error)", remedy: "install it: apt-get install \(package ?? name)")
        }
    }
}
