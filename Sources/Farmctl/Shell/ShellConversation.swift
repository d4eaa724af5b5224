import FoundationEssentials
import Shared

/// farmctl's end of the line to a shell on a worker.
actor ShellConversation {
    private let channel: Channel
    private let terminal: PersonTerminal
    /// What to say when the other end is gone.
    private let silence: FarmctlError
    private var window = ShellWindow()
    private var waiting: CheckedContinuation<Void, Never>?
    private var lastHeard = ContinuousClock.now

    init(_ channel: Channel, _ terminal: PersonTerminal, silence: FarmctlError) {
        self.channel = channel
        self.terminal = terminal
        self.silence = silence
    }

    /// Returns why the shell has ended; empty when it did by itself.
    func run(_ open: WireShellOpen) async throws -> String {
        try await channel.send(.shellOpen(open))
        // Nothing cancels a read from a terminal: it is left to itself at the end.
        let typing = Task { try await type() }
        defer { typing.cancel() }
        do {
            return try await withThrowingTaskGroup(of: String.self) { group in
                group.addTask { try await self.show() }
                group.addTask { try await self.stay() }
                group.addTask { try await self.followSize() }
                defer { group.cancelAll() }
                return try await group.next() ?? ""
            }
        } catch {
            if error is CancellationError { await hangUp() }
            throw error
        }
    }

    /// What the shell prints.
    private func show() async throws -> String {
        while true {
            switch try await channel.receive() {
            case .shell(let word):
                lastHeard = .now
                window.take(word.taken)
                if window.room > 0 { wake() }
                if !word.data.isEmpty {
                    Output.write([UInt8](word.data))
                    try await say { $0.taken = UInt32(clamping: word.data.count) }
                }
                if word.ended { return word.reason }
            case .error(let error): throw FarmctlError(error)
            default: continue
            }
        }
    }

    /// What the person types.
    private func type() async throws {
        while !Task.isCancelled {
            if window.room == 0 {
                await withCheckedContinuation { waiting = $0 }
                continue
            }
            let bytes = await terminal.read(atMost: window.room)
            guard !bytes.isEmpty else { return await hangUp() }
            window.send(bytes.count)
            try await say { $0.data = .init(bytes) }
        }
    }

    /// Says that somebody is here, and gives up when nobody is there.
    private func stay() async throws -> String {
        while lastHeard.duration(to: .now) < ShellWindow.patience {
            try await Task.sleep(for: ShellWindow.pause)
            try await say { _ in }
        }
        throw silence
    }

    private func followSize() async throws -> String {
        for await _ in terminal.resizes() {
            guard let size = terminal.size else { continue }
            try await say { $0.size = size.wire }
        }
        throw CancellationError()
    }

    private func hangUp() async { try? await say { $0.ended = true } }

    private func say(_ fill: (inout WireShellWord) -> Void) async throws {
        var word = WireShellWord()
        fill(&word)
        try await channel.send(.shell(word))
    }

    private func wake() {
        waiting?.resume()
        waiting = nil
    }
}
