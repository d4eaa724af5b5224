/// Which packages share a layer of an image.
///
/// An image has at most some 125 layers. Up to that each package has its own; beyond it the cheapest pair of groups is joined
/// until there are few enough. A pair costs what clients then pull in vain: a change of one package brings all of its group
/// again, and a group can be shared with another image only when that has all of it. What that costs is told by sizes, and
/// by which packages of the binhost need each: those that the same ones need come together or not at all.
///
/// What a pair costs depends on the two alone, and not on what else is in the image, so that images of one binhost mostly
/// join the same ones. (Of a binhost of more than 4,096 packages who needs what is known within the image alone.)
///
/// Nixery's ranking by popularity and size was the start (https://tazj.in/blog/nixery-layers): it puts all that is beyond
/// the limit into one layer, which every change brings anew.
package struct LayerPlan: Hashable, Sendable {
    /// Something that goes into a layer.
    package struct Item: Hashable, Sendable {
        /// Tells it from others, also in other images.
        package let name: String
        /// Bytes of its files, packed.
        package let size: Int64
        /// Numbers of those that cannot do without it, its own too.
        package let users: NumberSet

        package init(name: String, size: Int64, users: NumberSet) {
            self.name = name
            self.size = size
            self.users = users
        }
    }

    /// Indexes of the items of each layer, ascending; the layers in the order of their first.
    package let groups: [[Int]]

    /// - Parameter limit: layers that there may be, at least 1.
    package init(_ items: [Item], limit: Int) {
        guard items.count > limit else {
            groups = items.indices.map { [$0] }
            return
        }
        var joining = Joining(items)
        while joining.count > max(1, limit) { joining.joinCheapest() }
        groups = joining.groups
    }

    /// Groups that become fewer.
    private struct Joining {
        private struct Group {
            var members: [Int]
            /// Of smallest bytes; nothing is free to pull.
            let size: Double
            let common: NumberSet
            let all: NumberSet

            var waste: Double {
                Self.waste(size: size, count: members.count, common: common.count, all: all.count)
            }

            /// Bytes that are pulled in vain, for each change of a package and for each other image.
            private static func waste(size: Double, count: Int, common: Int, all: Int) -> Double {
                let apart = all == 0 ? 0 : 1 - Double(common) / Double(all)
                return size * (Double(count - 1) + apart * LayerPlan.sharing)
            }

            func joined(with other: Group) -> Group {
                Group(
                    members: members + other.members, size: size + other.size,
                    common: common.intersection(other.common), all: all.union(other.all))
            }

            func cost(with other: Group) -> Double {
                Self.waste(
                    size: size + other.size, count: members.count + other.members.count,
                    common: common.commonCount(with: other.common), all: all.totalCount(with: other.all))
                    - waste - other.waste
            }
        }

        private var list: [Group?]
        /// Of each group the one behind it with which joining costs least.
        private var best: [(partner: Int, cost: Double)?]
        private(set) var count: Int

        init(_ items: [Item]) {
            list = items.enumerated().map {
                Group(
                    members: [$0], size: Double(max($1.size, LayerPlan.smallest)), common: $1.users,
                    all: $1.users)
            }
            best = Array(repeating: nil, count: items.count)
            count = items.count
            for index in list.indices { best[index] = cheapest(behind: index) }
        }

        var groups: [[Int]] { list.compactMap { $0?.members.sorted() }.sorted { $0[0] < $1[0] } }

        mutating func joinCheapest() {
            let first = best.indices.filter { best[$0] != nil }.min {
                best[$0]?.cost ?? .infinity < best[$1]?.cost ?? .infinity
            }
            guard let first, let partner = best[first]?.partner, let one = list[first], let other = list[partner] else {
                return
            }
            list[first] = one.joined(with: other)
            list[partner] = nil
            best[partner] = nil
            count -= 1
            for index in list.indices where list[index] != nil {
                if index == first || best[index]?.partner == first || best[index]?.partner == partner {
                    best[index] = cheapest(behind: index)
                } else if index < first, let group = list[index], let joined = list[first] {
                    let cost = group.cost(with: joined)
                    if cost < best[index]?.cost ?? .infinity { best[index] = (first, cost) }
                }
            }
        }

        private func cheapest(behind index: Int) -> (partner: Int, cost: Double)? {
            guard let group = list[index] else { return nil }
            var cheapest: (partner: Int, cost: Double)?
            for partner in list.indices[(index + 1)...] {
                guard let other = list[partner] else { continue }
                let cost = group.cost(with: other)
                if cost < cheapest?.cost ?? .infinity { cheapest = (partner, cost) }
            }
            return cheapest
        }
    }

    /// Bytes that a layer costs whatever is in it: a request, a tar's end.
    static let smallest: Int64 = 4096
    /// What another image counts beside a change of one package.
    static let sharing = 1.0
}
