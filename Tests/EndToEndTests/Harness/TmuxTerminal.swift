import Foundation

/// A terminal of a given size, with tmux: keys are typed into it, and its screen is read.
struct TmuxTerminal {
    private let server = "binfarm-\(UInt32.random(in: 0 ... .max))"

    /// Starts a program in it, and takes it down with whatever runs in it when the body ends.
    static func with(
        _ words: [String], columns: Int = 80, rows: Int = 24, _ body: (TmuxTerminal) async throws -> Void
    ) async throws {
        let terminal = TmuxTerminal()
        let command = words.map { "'\($0)'" }.joined(separator: " ")
        try await terminal.tmux(
            "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)",
            "LC_ALL=C.UTF-8 \(command); echo \"ended with $?\"; exec cat")
        do {
            try await body(terminal)
        } catch {
            _ = try? await terminal.tmux("kill-server")
            throw error
        }
        try await terminal.tmux("kill-server")
    }

    /// As tmux names keys: `Down`, `Enter`, `C-c`; other words are typed.
    func press(_ keys: String...) async throws { try await tmux(["send-keys"] + keys) }

    func resize(columns: Int, rows: Int) async throws {
        try await tmux("resize-window", "-x", "\(columns)", "-y", "\(rows)")
    }

    /// What is to be seen.
    func screen() async throws -> [String] {
        try await tmux("capture-pane", "-p").components(separatedBy: "\n")
    }

    /// Waits until all these texts are to be seen; gives that screen.
    @discardableResult
    func shows(_ texts: String...) async throws -> [String] {
        do {
            return try await until("\(texts)") {
                let lines = try await screen()
                return texts.allSatisfy { text in lines.contains { $0.contains(text) } } ? lines : nil
            }
        } catch let error as HarnessError {
            throw HarnessError("\(error.description) on this screen:\n\(try await screen().joined(separator: "\n"))")
        }
    }

    @discardableResult
    private func tmux(_ words: String...) async throws -> String { try await tmux(words) }

    @discardableResult
    private func tmux(_ words: [String]) async throws -> String {
        try await Program.demand(["tmux", "-u", "-L", server] + words)
    }
}
