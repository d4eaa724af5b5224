import Foundation
import CoreTesting
import Shared
import Testing

/// The graph of a real Gentoo tree that is kept beside the tests; its head says what it is.
struct RealGraph {
    var graph: ResolvedGraph
    /// Made-up duration of each package.
    var seconds: [Double]

    init() throws {
        let file = try #require(Bundle.module.url(forResource: "gentoo-portage-stable.graph", withExtension: "txt"))
        var nodes: [ResolvedGraph.Node] = []
        var edges: [ResolvedGraph.Edge] = []
        seconds = []
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ")
            switch words[0] {
            case "N":
                nodes.append(
                    ResolvedGraph.Node(
                        index: nodes.count, cpv: try CPV(String(words[1])), slot: String(words[2]),
                        repository: "portage-stable"))
                seconds.append(try #require(Double(words[3])))
            case "E":
                edges.append(
                    ResolvedGraph.Edge(
                        dependent: try #require(Int(words[1])), dependency: try #require(Int(words[2])),
                        kinds: words[3].map(kind)))
            default: break
            }
        }
        graph = CoreTesting.graph(nodes: nodes, edges: edges)
    }
}
