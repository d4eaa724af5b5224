import Logging
import Shared
import ZeroMQ

/// Workers ask for distfiles before they fetch any: what one has fetched, all have.
extension BulkServer {
    /// A worker that waits for an answer.
    struct Inquiry {
        let distfile: Distfile
        let attempt: AttemptID
        let asked = ContinuousClock.now
    }

    func locate(_ locate: WireLocate, from worker: WorkerName, for id: TransferID) {
        guard let distfile = try? locate.distfile.domain(), let attempt = try? locate.attempt.domain() else {
            return refuse(id, "malformed request", retry: false)
        }
        guard attempts.contains(attempt, worker: worker) else {
            return refuse(id, "attempt \(attempt) is not leased to \(worker)", retry: false)
        }
        guard inquiries.count(where: { $0.key.peer == id.peer }) < Self.transfersPerPeer else {
            return refuse(id, "too many transfers at once", retry: true)
        }
        let inquiry = Inquiry(distfile: distfile, attempt: attempt)
        guard distfiles.blob(distfile.digest) == nil, distfiles.isByHand(distfile) else {
            return answer(inquiry, for: id)
        }
        guard takenByHand.contains(distfile.digest) || takenByHand.count < Self.copiesAtOnce else {
            return refuse(id, "other files are being read", retry: true)
        }
        inquiries[id] = inquiry
        guard takenByHand.insert(distfile.digest).inserted else { return }
        Task { [distfiles] in
            let fault = await Self.takeByHand(distfile, into: distfiles)
            if let fault { logger.warning("a distfile is not used", metadata: ["fault": "\(fault)"]) }
            takenByHand.remove(distfile.digest)
            settle(distfile.digest)
        }
    }

    private static let copiesAtOnce = 2

    @concurrent
    private nonisolated static func takeByHand(_ distfile: Distfile, into store: DistfileStore) async -> String? {
        store.takeByHand(distfile)
    }

    /// Answers, or keeps the question until another attempt has fetched the file.
    private func answer(_ inquiry: Inquiry, for id: TransferID) {
        let digest = inquiry.distfile.digest
        if let blob = distfiles.blob(digest) {
            inquiries[id] = nil
            var located = WireLocated()
            located.blob = blob.wire
            reply(id, .located(located))
        } else if fetches.mayFetch(digest, inquiry.attempt, isLive: attempts.contains) {
            inquiries[id] = nil
            reply(id, .fetch(WireFetch()))
        } else {
            inquiries[id] = inquiry
        }
    }

    /// Answers those who wait for this one.
    func settle(_ digest: BLAKE2bDigest) {
        if distfiles.blob(digest) != nil { fetches.ended(digest) }
        for (id, inquiry) in inquiries where inquiry.distfile.digest == digest && inquiries[id] != nil {
            answer(inquiry, for: id)
        }
    }
}
