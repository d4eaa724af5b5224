/// How many builds may begin.
actor Allowance {
    private var granted = 0
    private var begun = 0
    private var ended = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private let whenUsed: @Sendable () -> Void

    /// - Parameter whenUsed: is called when all builds that may begin have ended.
    init(whenUsed: @escaping @Sendable () -> Void) { self.whenUsed = whenUsed }

    func grant(_ builds: Int) {
        granted += builds
        while begun < granted, !waiting.isEmpty {
            begun += 1
            waiting.removeFirst().resume()
        }
    }

    /// Comes back when one more may begin.
    func begin() async {
        if begun < granted {
            begun += 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func end() {
        ended += 1
        if ended == granted { whenUsed() }
    }
}
