import Shared

/// What workers send beside packages and logs: how a build went.
extension BulkServer {
    /// Comes back when what was received before has been written.
    func settle() {}

    /// Where it is received, and what else it is to be.
    func place(for purpose: Purpose) -> (Staging, BLAKE2bDigest?) {
        switch purpose {
        case .result: (staging, nil)
        case .distfile(let digest): (distfiles.incoming, digest)
        case .evidence: (logs.incoming, nil)
        }
    }

    /// A worker that did not hear so offers what it has sent again.
    func isThere(_ blob: Blob, _ purpose: Purpose) -> Bool {
        switch purpose {
        case .result: staging.isComplete(blob)
        case .distfile(let digest): distfiles.blob(digest) != nil
        case .evidence(let part, let attempt):
            (try? FileStatus.size(of: logs.path(of: part, attempt))) == blob.size
        }
    }
}

extension Purpose {
    /// nil when the offer is malformed.
    init?(_ offer: WireOffer, of attempt: AttemptID) {
        if !offer.evidence.isEmpty {
            guard offer.blake2B.isEmpty, let part = EvidencePart(rawValue: offer.evidence) else { return nil }
            self = .evidence(part, of: attempt)
        } else if !offer.blake2B.isEmpty {
            guard let digest = BLAKE2bDigest(bytes: offer.blake2B) else { return nil }
            self = .distfile(digest)
        } else {
            self = .result
        }
    }
}
