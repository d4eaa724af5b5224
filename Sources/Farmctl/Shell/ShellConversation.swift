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
    /// The terminal takes its time.
    private var isShowing = false

    init(_ channel: Channel, _ terminal: PersonTerminal, silence: FarmctlError) {
        self.channel = channel
        self.terminal = terminal
        self.silence = silence
    }

    /// Returns why the shell has ended; empty when it did by itself.
    /// - Parameter first: what the coordinator answered.
    func run(from first: WireShellWord) async throws -> String {
        do {
            return try await talk(from: first)
        } catch {
            await hangUp()
            throw error
        }
    }

    private func talk(from first: WireShellWord) async throws -> String {
        // Nothing cancels a read from a terminal: it is left to itself at the end.
        let (left, leaving) = AsyncStream<Void>.makeStream()
        let typing = Task {
            defer { leaving.finish() }
            try await type()
        }
        defer {
            typing.cancel()
            wake()
        }
        return try await withThrowingTaskGroup(of: String.self) { group in
            group.addTask { try await self.show(first) }
            group.addTask { try await self.giveUpInSilence() }
            group.addTask { try await self.sayHere() }
            group.addTask {
                for await _ in left {}
                try Task.checkCancellation()
                return ""
            }
            group.addTask { try await self.followSize() }
            defer { group.cancelAll() }
            return try await group.next() ?? ""
        }
    }

    /// What the shell prints.
    private func show(_ first: WireShellWord) async throws -> String {
        var word = first
        while true {
            window.take(word.taken)
            if window.room > 0 { wake() }
            if !word.data.isEmpty {
                isShowing = true
                await terminal.write([UInt8](word.data))
                (isShowing, lastHeard) = (false, .now)
                let cost = ShellWindow.cost(word.data.count)
                try await say { $0.taken = UInt32(clamping: cost) }
            }
            if word.ended { return word.reason }
            word = try await nextWord()
            lastHeard = .now
        }
    }

    private func nextWord() async throws -> WireShellWord {
        while true {
            switch try await channel.receive() {
            case .shell(let word): return word
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

    private func sayHere() async throws -> String {
        while true {
            try await Task.sleep(for: ShellWindow.pause)
            try await say { _ in }
        }
    }

    /// Whatever else waits for a connection that there is not.
    private func giveUpInSilence() async throws -> String {
        while case let quiet = lastHeard.duration(to: .now), isShowing || quiet < ShellWindow.patience {
            try await Task.sleep(for: max(ShellWindow.pause, ShellWindow.patience - quiet))
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

    /// Also of a task that is cancelled; a connection that takes nothing any more is left as it is.
    private func hangUp() async {
        await Task {
            await withTaskGroup { group in
                group.addTask { try? await self.say { $0.ended = true } }
                group.addTask { try? await Task.sleep(for: .seconds(1)) }
                await group.next()
                group.cancelAll()
            }
        }.value
    }

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
