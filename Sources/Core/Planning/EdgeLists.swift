import Shared

/// A valid graph's edges by their dependents, each pair of packages once. Indexes are places in the merge order.
struct EdgeLists: Sendable {
    /// What one package needs of another.
    struct Edge: Sendable {
        var dependency: Int32
        var marks: Marks
    }

    struct Marks: OptionSet, Sendable {
        var rawValue: UInt8
        /// DEPEND, BDEPEND
        static let build = Marks(rawValue: 1)
        /// A build dependency that no package installed in the image meets.
        static let missingBuild = Marks(rawValue: 2)
        /// RDEPEND, PDEPEND, IDEPEND
        static let runtime = Marks(rawValue: 4)
        /// RDEPEND, IDEPEND: the package is of no use without it.
        static let needed = Marks(rawValue: 8)
        /// The same, and no package installed in the image meets it.
        static let missingNeeded = Marks(rawValue: 16)
        /// The same, of a package whose `pkg_preinst` may call it: then the trial install after its build needs it too
        /// (`acct-user.eclass` adds users to groups of other packages).
        static let trial = Marks(rawValue: 32)
    }

    /// `list[starts[node]..<starts[node + 1]]` are the node's, by dependency.
    private let starts: [Int32]
    private let list: [Edge]

    var nodeCount: Int { starts.count - 1 }

    subscript(node: Int32) -> ArraySlice<Edge> { list[Int(starts[Int(node)])..<Int(starts[Int(node) + 1])] }

    init(_ graph: ResolvedGraph) {
        let count = graph.nodes.count
        var starts = [Int32](repeating: 0, count: count + 1)
        for edge in graph.edges { starts[edge.dependent + 1] += 1 }
        for node in 0..<count { starts[node + 1] += starts[node] }
        var next = starts
        var list = [Edge](repeating: Edge(dependency: 0, marks: []), count: graph.edges.count)
        for edge in graph.edges {
            var marks = Marks(edge.kinds)
            if marks.contains(.missingNeeded), graph.nodes[edge.dependent].preinstCalls == true {
                marks.insert(.trial)
            }
            list[Int(next[edge.dependent])] = Edge(dependency: Int32(edge.dependency), marks: marks)
            next[edge.dependent] += 1
        }
        var kept = 0
        for node in 0..<count {
            let first = kept
            let own = Int(starts[node])..<Int(starts[node + 1])
            if own.count > 1 { list[own].sort { $0.dependency < $1.dependency } }
            for place in own {
                let edge = list[place]
                // A package may need itself only to be built: that is a copy in the base.
                if edge.dependency == Int32(node), !edge.marks.contains(.build) { continue }
                if kept > first, list[kept - 1].dependency == edge.dependency {
                    list[kept - 1].marks.formUnion(edge.marks)
                } else {
                    list[kept] = edge
                    kept += 1
                }
            }
            starts[node] = Int32(first)
        }
        starts[count] = Int32(kept)
        list.removeLast(list.count - kept)
        self.starts = starts
        self.list = list
    }
}

extension EdgeLists.Marks {
    init(_ kinds: [ResolvedGraph.Kind]) {
        self = []
        for kind in kinds {
            switch kind.kind {
            case .buildtime, .buildtimeSlotOperator:
                insert(.build)
                if !kind.satisfied && !kind.optional { insert(.missingBuild) }
            case .installtime, .runtime, .runtimeSlotOperator:
                formUnion([.runtime, .needed])
                if !kind.satisfied { insert(.missingNeeded) }
            case .runtimePost: insert(.runtime)
            }
        }
    }
}
