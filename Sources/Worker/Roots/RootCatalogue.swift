internal import Shared

/// The prepared roots that there are, and which of them are worth most.
struct RootCatalogue: Sendable, Equatable {
    private(set) var roots: [ContentDigest: PreparedRoot] = [:]

    /// An overlay of more layers than this cannot be mounted everywhere: docker's limit is 127.
    static let mostLayers = 120

    subscript(id: ContentDigest) -> PreparedRoot? { roots[id] }

    /// Bytes of all.
    var size: Int64 { roots.values.reduce(0) { $0 + $1.size } }

    mutating func add(_ root: PreparedRoot) { roots[root.id] = root }

    mutating func remove(_ id: ContentDigest) { roots[id] = nil }

    /// At the time, seconds since 1970.
    mutating func use(_ id: ContentDigest, at time: Int64) {
        guard let root = roots[id] else { return }
        roots[id]?.lastUsed = max(root.lastUsed, time)
    }

    /// The root to which the least has to be added: it has nothing that the set has not. nil: the farm's image.
    func nearest(to set: RootSet) -> PreparedRoot? {
        roots.values.filter { root in
            root.set.epoch == set.epoch && root.layers < Self.mostLayers && root.set.members.isSubset(of: set.members)
        }.max { left, right in
            let (less, more) = (left.set.members.count, right.set.members.count)
            if less != more { return less < more }
            return left.lastUsed == right.lastUsed ? left.id < right.id : left.lastUsed < right.lastUsed
        }
    }

    /// What has to go so that the rest has room in the budget, in the order in which it can: the least recently used first,
    /// of those on which no other is built and which are not in use.
    func superfluous(budget: Int64, inUse: Set<ContentDigest>) -> [PreparedRoot] {
        var rest = roots
        var children: [ContentDigest: Int] = [:]
        for root in roots.values { if let parent = root.parent { children[parent, default: 0] += 1 } }
        var size = size
        var gone: [PreparedRoot] = []
        while size > budget {
            let leaves = rest.values.filter { children[$0.id, default: 0] == 0 && !inUse.contains($0.id) }
            guard
                let oldest = leaves.min(by: { left, right in
                    left.lastUsed == right.lastUsed ? left.id < right.id : left.lastUsed < right.lastUsed
                })
            else { break }
            rest[oldest.id] = nil
            if let parent = oldest.parent { children[parent, default: 0] -= 1 }
            size -= oldest.size
            gone.append(oldest)
        }
        return gone
    }
}
