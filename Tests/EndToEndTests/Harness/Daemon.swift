import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// One process of a farm: in a session of its own, its output appended to a file.
final class Daemon: Sendable {
    let name: String
    let processID: pid_t
    private let ending: Task<Int32, any Error>
    private let hasEnded = Atomic(false)

    private init(name: String, processID: pid_t, ending: Task<Int32, any Error>) {
        self.name = name
        self.processID = processID
        self.ending = ending
    }

    /// - Parameter input: closed here; nil for none.
    static func start(
        _ name: String, _ words: [String], environment: [String: String] = [:], input: FileDescriptor? = nil,
        log: FilePath
    ) async throws -> Daemon {
        let input = try input ?? FileDescriptor.open("/dev/null", .readOnly, options: .closeOnExec)
        let output = try FileDescriptor.open(
            log, .writeOnly, options: [.create, .append, .closeOnExec], permissions: [.ownerReadWrite])
        var options = PlatformOptions()
        options.createSession = true
        let (started, report) = AsyncThrowingStream<pid_t, any Error>.makeStream()
        // Not a child of the calling task: the test's end must not end the process before the farm is taken down.
        let ending = Task.detached { [options] in
            do {
                let result = try await Subprocess.run(
                    Program.executable(words[0]), arguments: Arguments(Array(words.dropFirst())),
                    environment: .inherit.updating(
                        Dictionary(uniqueKeysWithValues: environment.map { (.init(stringLiteral: $0.key), $0.value) })),
                    platformOptions: options, input: .fileDescriptor(input, closeAfterSpawningProcess: true),
                    output: .fileDescriptor(output, closeAfterSpawningProcess: true), error: .combinedWithOutput
                ) { report.yield($0.processIdentifier.value) }
                return result.terminationStatus.code
            } catch {
                report.finish(throwing: error)
                throw error
            }
        }
        for try await processID in started {
            let daemon = Daemon(name: name, processID: processID, ending: ending)
            Task.detached {
                _ = try? await ending.value
                daemon.hasEnded.store(true, ordering: .releasing)
            }
            return daemon
        }
        throw HarnessError("\(words[0]) did not start")
    }

    var isRunning: Bool { !hasEnded.load(ordering: .acquiring) }

    /// Exit status; 128 and the signal's number when a signal ended it.
    var status: Int32 { get async throws { try await ending.value } }

    /// Sends a signal to the process alone, as the kernel does when it kills it.
    func signal(_ signal: Int32) { kill(processID, signal) }

    /// SIGKILL; comes back when it is gone.
    func kill() async {
        signal(SIGKILL)
        _ = try? await status
    }

    /// Asks it to end, and insists after a while.
    func stop(patience: Duration = .seconds(20)) async {
        signal(SIGTERM)
        let insistence = Task {
            try await Task.sleep(for: patience)
            signal(SIGKILL)
        }
        _ = try? await status
        insistence.cancel()
    }

    private func kill(_ processID: pid_t, _ signal: Int32) { _ = Glibc.kill(processID, signal) }
}
