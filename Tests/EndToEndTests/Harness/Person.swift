import Foundation
import SystemPackage

/// Somebody who sits at a terminal of 100 columns and 40 rows and runs farmctl there.
struct Person {
    private let program: Daemon
    private let keys: FileDescriptor
    private let screen: FilePath

    /// - Parameter words: farmctl's.
    static func sit(at farm: TestFarm, _ words: String..., by key: String = "operator") async throws -> Person {
        let screen = farm.directory.appending("screen-\(UInt32.random(in: 0...UInt32.max))")
        let (read, write) = try FileDescriptor.pipe()
        let command = ([farm.program("farmctl")] + words + ["--config", farm.file("\(key).yaml")])
            .joined(separator: " ")
        // script(1) has a terminal for it.
        let program = try await Daemon.start(
            "person",
            [
                "script", "--quiet", "--return", "--command",
                "stty columns 100 rows 40; echo terminal $(tty) here; \(command)", "/dev/null",
            ], environment: ["TERM": "xterm", "SHELL": "/bin/bash"], input: read, log: screen)
        return Person(program: program, keys: write, screen: screen)
    }

    func types(_ line: String) throws { try keys.writeAll(Array("\(line)\n".utf8)) }

    /// Waits until it is on the screen.
    func sees(_ text: String) async throws {
        do {
            try await until("'\(text)' on the screen") { seen.contains(text) ? true : nil }
        } catch let error as HarnessError {
            throw HarnessError("\(error.description); it shows \(seen)")
        }
    }

    var seen: String { (try? String(contentsOfFile: screen.string, encoding: .utf8)) ?? "" }

    /// The device, for stty(1).
    func terminal() async throws -> String {
        try await sees(" here")
        let words = seen.split(whereSeparator: \.isWhitespace)
        guard let place = words.firstIndex(of: "terminal"), place + 1 < words.count else {
            throw HarnessError("no terminal in \(seen)")
        }
        return String(words[place + 1])
    }

    /// farmctl's exit status.
    func leaves() async throws -> Int32 {
        defer { try? keys.close() }
        return try await program.status
    }
}
