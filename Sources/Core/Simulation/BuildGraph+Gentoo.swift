import FoundationEssentials
import Shared

/// Graphs as Portage resolved them: `{"nodes": [{"cpv", "slot", "repository", "use", "seconds"}], "edges": [{"dependent",
/// "dependency", "kinds"}]}`, nodes in merge order.
extension BuildGraph {
    private struct Document: Decodable {
        var nodes: [Node]
        var edges: [ResolvedGraph.Edge]

        struct Node: Decodable {
            var cpv: CPV
            var slot: String?
            var repository: String?
            var use: [String]?
            var seconds: Double?
        }
    }

    /// The planner says what waits for what. A node without `seconds` takes the median of the others.
    package init(json: [UInt8], file: String) throws(GraphFileError) {
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: Data(json))
        } catch let error as DecodingError {
            throw GraphFileError(file, error.place)
        } catch {
            throw GraphFileError(file, "\(error)")
        }
        let known = document.nodes.compactMap(\.seconds)
        for (index, node) in document.nodes.enumerated() {
            guard node.seconds.map({ (0...1e9).contains($0) }) != false else {
                throw GraphFileError(file, "nodes[\(index)]: seconds are no time that a build takes")
            }
        }
        let median = known.isEmpty ? 60 : known.sorted()[known.count / 2]
        let graph = ResolvedGraph(
            portage: "", settings: .init(indexHeader: [:]), targets: [],
            nodes: document.nodes.enumerated().map { index, node in
                ResolvedGraph.Node(
                    index: index, cpv: node.cpv, slot: node.slot ?? "0", repository: node.repository ?? "gentoo",
                    use: node.use ?? [])
            }, edges: document.edges)
        let plan: Plan
        do {
            plan = try Planner().plan(graph)
        } catch {
            throw GraphFileError(file, "\(error)")
        }
        let reached = Self.reachedEarlier(
            document.edges.map { ($0.dependent, $0.dependency) }, count: graph.nodes.count)
        self.init(
            jobs: plan.jobs.enumerated().map { position, job in
                Job(
                    name: job.cpv.description, waitsFor: job.waitsFor, emergeWaitsFor: reached[position],
                    cost: BuildCost(wall: max(1, Int64((document.nodes[position].seconds ?? median) * 1000))))
            })
    }

    /// Portage's Scheduler starts a package beside others only when none of those that it reaches over any edges, and
    /// that stand before it in the merge list, is unfinished (`_dependent_on_scheduled_merges`).
    private static func reachedEarlier(_ edges: [(dependent: Int, dependency: Int)], count: Int) -> [[Int32]] {
        var needs = [[Int]](repeating: [], count: count)
        for edge in edges { needs[edge.dependent].append(edge.dependency) }
        return (0..<count).map { start in
            var seen: Set<Int> = [start]
            var stack = [start]
            while let at = stack.popLast() {
                for next in needs[at] where seen.insert(next).inserted { stack.append(next) }
            }
            return seen.filter { $0 < start }.map { Int32($0) }.sorted()
        }
    }
}

extension DecodingError {
    /// `nodes[3].cpv: …`
    fileprivate var place: String {
        let context: Context
        switch self {
        case .typeMismatch(_, let found), .valueNotFound(_, let found), .keyNotFound(_, let found),
            .dataCorrupted(let found):
            context = found
        @unknown default: return "\(self)"
        }
        var path = context.codingPath.reduce(into: "") { text, key in
            text += key.intValue.map { "[\($0)]" } ?? (text.isEmpty ? "" : ".") + key.stringValue
        }
        if case .keyNotFound(let key, _) = self { path += (path.isEmpty ? "" : ".") + key.stringValue }
        return path.isEmpty ? "is no graph: \(context.debugDescription)" : "\(path): \(context.debugDescription)"
    }
}
