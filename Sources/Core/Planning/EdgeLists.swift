package import Shared

/// A valid graph's edges, by what they mean for building beside each other. Indexes are places in the merge order.
struct EdgeLists {
    /// Build dependencies that stand earlier, ascending.
    private(set) var build: [[Int32]]
    /// Of a package in a root, the run-time dependencies that the root must get too: the base image cannot give them, or
    /// the package was itself built against the new one.
    private(set) var follow: [[Int32]]
    /// Run-time dependencies of all kinds, ascending.
    private(set) var runtime: [[Int32]]
    /// Build dependencies that stand later and that the base image gives.
    private(set) var base: [[Int32]]
    /// Build dependencies that stand later and that the base image does not give.
    private(set) var unordered: [[Int32]]

    /// Members of all wait sets together; a graph of 28,509 packages with nothing in the base has two millions.
    static let waitLimit = 50_000_000

    init(_ graph: ResolvedGraph) {
        let none = [[Int32]](repeating: [], count: graph.nodes.count)
        build = none
        follow = none
        runtime = none
        base = none
        unordered = none
        for edge in graph.edges {
            let dependent = edge.dependent
            let dependency = Int32(edge.dependency)
            let building = edge.kinds.filter(\.kind.isBuild)
            if !building.isEmpty {
                if edge.dependency < dependent {
                    build[dependent].append(dependency)
                } else if building.allSatisfy({ $0.satisfied || $0.optional }) {
                    base[dependent].append(dependency)
                } else {
                    unordered[dependent].append(dependency)
                }
            }
            if edge.kinds.contains(where: \.kind.isRuntime) { runtime[dependent].append(dependency) }
            if edge.kinds.contains(where: { $0.kind.isRuntime && $0.kind != .runtimePost && !$0.satisfied }) {
                follow[dependent].append(dependency)
            }
        }
        for position in graph.nodes.indices {
            build[position].sortAndUnify()
            base[position].sortAndUnify()
            unordered[position].sortAndUnify()
            runtime[position].sortAndUnify()
        }
        for edge in graph.edges
        where edge.dependency < edge.dependent
            && edge.kinds.contains(where: { $0.kind.isRuntime && $0.kind != .runtimePost })
            && build[edge.dependent].containsSorted(Int32(edge.dependency))
        {
            follow[edge.dependent].append(Int32(edge.dependency))
        }
        for position in graph.nodes.indices { follow[position].sortAndUnify() }
    }

    /// The set W of each package, ascending: PORTAGE.md, "What may run beside what", third row.
    func waitSets() throws(PlanningError) -> [[Int32]] {
        var sets: [[Int32]] = []
        sets.reserveCapacity(build.count)
        var seenBy = [Int32](repeating: -1, count: build.count)
        var total = 0
        for position in build.indices {
            let dependent = Int32(position)
            var members: [Int32] = []
            func take(_ candidates: [Int32]) {
                for candidate in candidates {
                    guard candidate < dependent else { break }
                    guard seenBy[Int(candidate)] != dependent else { continue }
                    seenBy[Int(candidate)] = dependent
                    members.append(candidate)
                }
            }
            take(build[position])
            var next = 0
            while next < members.count {
                take(follow[Int(members[next])])
                next += 1
            }
            total += members.count
            guard total <= Self.waitLimit else { throw .tooManyWaits(limit: Self.waitLimit) }
            members.sort()
            sets.append(members)
        }
        return sets
    }
}

extension EdgeLists {
    /// Throws when Portage's order puts a build dependency behind its dependent and the base image has no copy of it.
    func refuseBuildCycles(in graph: ResolvedGraph) throws(PlanningError) {
        for dependent in unordered.indices {
            guard let dependency = unordered[dependent].first else { continue }
            let back = path(from: dependency, to: Int32(dependent)) ?? [dependency]
            throw .buildCycle(([Int32(dependent)] + back).map { graph.nodes[Int($0)].cpv })
        }
    }

    /// The shortest way along what each package needs, without its end.
    private func path(from start: Int32, to end: Int32) -> [Int32]? {
        var cameFrom = [Int32](repeating: -1, count: build.count)
        var queue = [start]
        cameFrom[Int(start)] = start
        var next = 0
        while next < queue.count {
            let here = queue[next]
            next += 1
            for lists in [unordered, build, follow, runtime] {
                for neighbour in lists[Int(here)] where cameFrom[Int(neighbour)] == -1 {
                    cameFrom[Int(neighbour)] = here
                    queue.append(neighbour)
                }
            }
            guard cameFrom[Int(end)] == -1 else { break }
        }
        guard cameFrom[Int(end)] != -1 else { return nil }
        var way: [Int32] = []
        var here = cameFrom[Int(end)]
        while here != start {
            way.append(here)
            here = cameFrom[Int(here)]
        }
        return [start] + way.reversed()
    }
}

extension ResolvedGraph.DependencyKind {
    /// DEPEND, BDEPEND
    fileprivate var isBuild: Bool {
        switch self {
        case .buildtime, .buildtimeSlotOperator: true
        case .installtime, .runtime, .runtimeSlotOperator, .runtimePost: false
        }
    }
    /// RDEPEND, PDEPEND, IDEPEND
    fileprivate var isRuntime: Bool { !isBuild }
}

extension [Int32] {
    fileprivate mutating func sortAndUnify() {
        guard count > 1 else { return }
        sort()
        var kept = 1
        for position in 1..<count where self[position] != self[kept - 1] {
            self[kept] = self[position]
            kept += 1
        }
        removeLast(count - kept)
    }

    fileprivate func containsSorted(_ element: Int32) -> Bool {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < element { low = middle + 1 } else { high = middle }
        }
        return low < endIndex && self[low] == element
    }
}
