import Shared
import ZeroMQ

/// Requests from within the program: the HTTP server asks what farmctl asks, and gets the same answers.
struct LocalRequests {
    fileprivate typealias Answer = CheckedContinuation<WireCoordinatorMessage.OneOf_Body?, Never>
    fileprivate struct Waiting {
        var answer: Answer
        var deadline: LoopTimer?
    }

    fileprivate var waiting: [UInt64: Waiting] = [:]
    fileprivate var lastNumber: UInt64 = 0
    /// At once.
    fileprivate static let most = 1024
}

extension Dispatcher {
    /// - Parameter name: of the key, or of what stands for one.
    /// - Returns: nil when the time is over.
    func ask(
        _ body: WireClientMessage.OneOf_Body, as name: String, _ role: KeyRole, within limit: Duration
    ) async -> WireCoordinatorMessage.OneOf_Body? {
        guard !isStopped else { return .error(.make(.unavailable, "the coordinator stops", "ask when it is back")) }
        guard localRequests.waiting.count < LocalRequests.most else {
            return .error(.make(.unavailable, "too many ask at the same time", "try again later"))
        }
        localRequests.lastNumber += 1
        let number = localRequests.lastNumber
        return await withCheckedContinuation { continuation in
            localRequests.waiting[number] = .init(answer: continuation)
            var message = WireClientMessage()
            message.request = number
            message.body = body
            do {
                try answer(message, Client(peer: .local(number), name: name, role: role))
            } catch {
                finishLocalRequest(number, with: .error(.make(.invalid, "\(error)", "look at the request")))
            }
            localRequests.waiting[number]?.deadline = loop.schedule(after: limit, owner: self) { dispatcher in
                dispatcher.forget(.local(number))
                dispatcher.finishLocalRequest(number, with: nil)
            }
        }
    }

    /// - Returns: false when nobody waits for it any more.
    @discardableResult
    func finishLocalRequest(_ number: UInt64, with body: WireCoordinatorMessage.OneOf_Body?) -> Bool {
        guard let waiting = localRequests.waiting.removeValue(forKey: number) else { return false }
        waiting.deadline?.cancel()
        waiting.answer.resume(returning: body)
        return true
    }

    func giveUpLocalRequests() {
        for number in localRequests.waiting.keys.sorted() { finishLocalRequest(number, with: nil) }
    }

    /// The coordinator is about to stop: nobody waits any more for what may happen.
    func leave() {
        isLeaving = true
        let followers = eventFollowers.map(\.client.peer) + followers.values.joined().map(\.client.peer)
        for case .local(let number) in followers {
            forget(.local(number))
            finishLocalRequest(
                number, with: .error(.make(.unavailable, "the coordinator stops", "ask when it is back")))
        }
    }

    /// It follows nothing any more.
    private func forget(_ peer: Peer) {
        eventFollowers.removeAll { $0.client.peer == peer }
        for (attempt, waiting) in followers {
            let others = waiting.filter { $0.client.peer != peer }
            followers[attempt] = others.isEmpty ? nil : others
        }
    }
}
