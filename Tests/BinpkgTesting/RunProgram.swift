import Foundation

/// Runs a program of the system and returns what it printed.
func run(_ program: String, _ arguments: [String]) async throws -> Data {
    try await start(program, arguments).output
}

/// Runs a program of the system and returns whether it ended well.
func succeeds(_ program: String, _ arguments: [String]) async throws -> Bool {
    try await start(program, arguments).status == 0
}

private func start(_ program: String, _ arguments: [String]) async throws -> (output: Data, status: Int32) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    return try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async {
            do {
                try process.run()
                let output = pipe.fileHandleForReading.readDataToEndOfFile()
                process.waitUntilExit()
                continuation.resume(returning: (output, process.terminationStatus))
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}
