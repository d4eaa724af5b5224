import Shared

/// Build dependencies that Portage's order puts behind their dependents, and of which the base image has no copy.
struct BuildCycles {
    /// Looked at in all before the best cycle so far is taken: in a real graph few edges are wrong.
    private static let effort = 20_000_000

    private let graph: ResolvedGraph
    private let edges: EdgeLists

    init(_ graph: ResolvedGraph, _ edges: EdgeLists) {
        self.graph = graph
        self.edges = edges
    }

    /// Throws the shortest cycle.
    func refuse() throws(PlanningError) {
        var shortest: [Int32]?
        var firstWrong: (dependent: Int32, dependency: Int32)?
        var search = Search(edges)
        for node in 0..<Int32(edges.nodeCount) {
            for edge in edges[node] where edge.dependency >= node && edge.marks.contains(.missingBuild) {
                if firstWrong == nil { firstWrong = (node, edge.dependency) }
                guard search.steps < Self.effort else { break }
                let limit = shortest.map { $0.count - 1 } ?? Int.max
                if let cycle = search.cycle(from: node, over: edge.dependency, shorterThan: limit) {
                    shortest = cycle
                }
            }
        }
        guard let firstWrong else { return }
        guard let shortest else {
            throw .misordered(
                graph.nodes[Int(firstWrong.dependent)].cpv, needs: graph.nodes[Int(firstWrong.dependency)].cpv)
        }
        throw .buildCycle(shortest.map { graph.nodes[Int($0)].cpv }, breakers: breakers(of: shortest))
    }

    /// The USE changes that would remove an edge of the cycle.
    private func breakers(of cycle: [Int32]) -> [PlanningError.Breaker] {
        var next: [Int: Int] = [:]
        for (place, node) in cycle.enumerated() { next[Int(node)] = Int(cycle[(place + 1) % cycle.count]) }
        var flags: [Int: [String]] = [:]
        for edge in graph.edges where next[edge.dependent] == edge.dependency {
            flags[edge.dependent, default: []] += edge.use ?? []
        }
        return cycle.compactMap { node in
            guard let changes = flags[Int(node)], !changes.isEmpty else { return nil }
            return PlanningError.Breaker(cpv: graph.nodes[Int(node)].cpv, changes: Set(changes).sorted())
        }
    }

    /// Breadth first, with its arrays kept from one search to the next.
    private struct Search {
        private let edges: EdgeLists
        private var cameFrom: [Int32]
        private var seenIn: [Int32]
        private var number: Int32 = 0
        var steps = 0

        init(_ edges: EdgeLists) {
            self.edges = edges
            cameFrom = [Int32](repeating: -1, count: edges.nodeCount)
            seenIn = [Int32](repeating: 0, count: edges.nodeCount)
        }

        /// The shortest way from the dependent over one dependency back to it, without its end.
        /// - Parameter most: packages in it at most.
        mutating func cycle(from dependent: Int32, over dependency: Int32, shorterThan most: Int) -> [Int32]? {
            guard dependent != dependency else { return most >= 1 ? [dependent] : nil }
            number += 1
            var layer = [dependency]
            seenIn[Int(dependency)] = number
            cameFrom[Int(dependency)] = dependent
            var length = 2
            while !layer.isEmpty, length <= most {
                var following: [Int32] = []
                for node in layer {
                    for edge in edges[node] {
                        steps += 1
                        // What the base image gives at run time closes no circle.
                        guard !edge.marks.isDisjoint(with: [.build, .missingNeeded]) else { continue }
                        if edge.dependency == dependent { return way(to: node, from: dependent) }
                        guard seenIn[Int(edge.dependency)] != number else { continue }
                        seenIn[Int(edge.dependency)] = number
                        cameFrom[Int(edge.dependency)] = node
                        following.append(edge.dependency)
                    }
                }
                layer = following
                length += 1
            }
            return nil
        }

        private func way(to end: Int32, from dependent: Int32) -> [Int32] {
            var way: [Int32] = []
            var here = end
            while here != dependent {
                way.append(here)
                here = cameFrom[Int(here)]
            }
            return [dependent] + way.reversed()
        }
    }
}
