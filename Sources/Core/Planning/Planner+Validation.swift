import Shared

extension Planner {
    static let nodeLimit = 1_000_000
    static let edgeLimit = 20_000_000

    /// The graph comes from a worker: nothing in it is taken for granted.
    static func validate(_ graph: ResolvedGraph) throws(PlanningError) {
        guard graph.nodes.count <= nodeLimit else {
            throw .tooManyNodes(graph.nodes.count, limit: nodeLimit)
        }
        guard graph.edges.count <= edgeLimit else {
            throw .tooManyEdges(graph.edges.count, limit: edgeLimit)
        }
        // One version of a package stands in one slot: the same cpv twice would be two builds of one thing.
        var positions: [CPV: Int] = [:]
        positions.reserveCapacity(graph.nodes.count)
        for (position, node) in graph.nodes.enumerated() {
            guard node.index == position else {
                throw .misplacedNode(position: position, index: node.index)
            }
            if let first = positions.updateValue(position, forKey: node.cpv) {
                throw .duplicate(node.cpv, slot: node.slot, first: first, second: position)
            }
            try validateTexts(
                of: node.cpv,
                [
                    ("slot", [node.slot]), ("repository", [node.repository]), ("USE", node.use),
                    ("IUSE", node.iuse.map(withoutDefault)), ("RESTRICT", node.restrict),
                    ("PROPERTIES", node.properties),
                ])
            guard graph.environments.indices.contains(node.environment) else {
                throw .unknownEnvironment(node.cpv, position: position, index: node.environment)
            }
            for index in node.base where !graph.base.indices.contains(index) {
                throw .unknownBase(node.cpv, position: position, index: index)
            }
        }
        for package in graph.base {
            try validateTexts(
                of: package.cpv,
                [
                    ("slot", [package.slot]), ("repository", [package.repository]), ("USE", package.use),
                    ("IUSE", package.iuse.map(withoutDefault)),
                ])
        }
        for (position, edge) in graph.edges.enumerated() {
            for end in [edge.dependent, edge.dependency] where !graph.nodes.indices.contains(end) {
                throw .unknownNode(edge: position, index: end)
            }
            if edge.dependent == edge.dependency, EdgeLists.Marks(edge.kinds).contains(.missingBuild) {
                throw .selfEdge(edge: position, graph.nodes[edge.dependent].cpv)
            }
        }
    }

    /// They become words of a command line and lines of an index: printable ASCII without blanks.
    private static func validateTexts(of cpv: CPV, _ fields: [(String, [String])]) throws(PlanningError) {
        for (field, texts) in fields {
            for text in texts where text.isEmpty || !text.utf8.allSatisfy({ (33...126).contains($0) }) {
                throw .invalidText(cpv, field: field)
            }
        }
    }
}
