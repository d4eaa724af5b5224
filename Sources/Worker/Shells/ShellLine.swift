internal import Shared

/// The worker's end of the line to a person who has a shell here: what the shell prints goes there, what the person types
/// comes from there.
actor ShellLine {
    private static let controlC: UInt8 = 3

    private let session: UInt64
    private let say: @Sendable (WireShellWord) async -> Void
    private var window = ShellWindow()
    private var waiting: CheckedContinuation<Void, Never>?
    private var terminal: PseudoTerminal?
    /// Of the person's terminal, as said last.
    private(set) var size: ShellSize?
    private(set) var lastHeard = ContinuousClock.now
    private let typed: AsyncStream<[UInt8]>
    private let typing: AsyncStream<[UInt8]>.Continuation
    /// Typed, and not yet at the shell.
    private var typedBytes = 0

    init(_ session: UInt64, size: ShellSize?, say: @escaping @Sendable (WireShellWord) async -> Void) {
        self.session = session
        self.size = size
        self.say = say
        (typed, typing) = AsyncStream.makeStream()
    }

    /// Something came from the person.
    /// - Returns: whether they leave: while nothing takes what they type, a Ctrl-C is for the worker.
    func hear(_ word: WireShellWord) -> Bool {
        lastHeard = .now
        if word.ended || (terminal == nil && word.data.contains(Self.controlC)) { return true }
        if let size = word.size.domain {
            self.size = size
            terminal?.resize(size)
        }
        if word.taken > 0 {
            window.take(word.taken)
            wake()
        }
        // More than was allowed to be on its way: nothing that a farmctl says.
        let cost = ShellWindow.cost(word.data.count)
        guard !word.data.isEmpty, typedBytes + cost <= ShellWindow.limit else { return false }
        typedBytes += cost
        typing.yield([UInt8](word.data))
        return false
    }

    /// A line of the worker's own.
    func note(_ text: String) async { await send(Array("binfarm: \(text)\r\n".utf8)) }

    /// The worker is here, though there is nothing to say.
    func sayHere() async { await word { _ in } }

    /// - Parameter reason: empty when the shell itself has ended.
    func sayEnd(_ reason: String) async {
        await word { word in
            word.ended = true
            word.reason = reason
        }
    }

    /// Joins the person with a terminal while `body` runs, and until all that was printed on it has been said.
    func joined<Result: Sendable>(
        to terminal: PseudoTerminal, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        self.terminal = terminal
        if let size { terminal.resize(size) }
        defer { self.terminal = nil }
        let printing = Task { await print(from: terminal) }
        let writing = Task { await write(to: terminal) }
        defer { writing.cancel() }
        do {
            let result = try await body()
            await isSaid(printing)
            try Task.checkCancellation()
            return result
        } catch {
            // It may never have become the program's. What was printed tells why.
            terminal.handOver()
            await isSaid(printing)
            throw error
        }
    }

    /// Waits until all that was printed is on its way, as long as there is somebody who takes it.
    private func isSaid(_ printing: Task<Void, Never>) async {
        await withTaskCancellationHandler {
            await printing.value
        } onCancel: {
            printing.cancel()
            Task { await wake() }
        }
    }

    private func print(from terminal: PseudoTerminal) async {
        while !Task.isCancelled {
            if window.room == 0 {
                await withCheckedContinuation { waiting = $0 }
                continue
            }
            guard let bytes = try? await terminal.read(atMost: window.room), !bytes.isEmpty else { return }
            await send(bytes)
        }
    }

    private func write(to terminal: PseudoTerminal) async {
        for await bytes in typed {
            // What the shell no longer reads is nobody's.
            try? await terminal.write(bytes)
            let cost = ShellWindow.cost(bytes.count)
            typedBytes -= cost
            await word { $0.taken = UInt32(cost) }
        }
    }

    private func send(_ bytes: [UInt8]) async {
        window.send(bytes.count)
        await word { $0.data = .init(bytes) }
    }

    private func word(_ fill: (inout WireShellWord) -> Void) async {
        var word = WireShellWord()
        word.session = session
        fill(&word)
        await say(word)
    }

    private func wake() {
        waiting?.resume()
        waiting = nil
    }
}
