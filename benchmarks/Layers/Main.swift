import FaultSimulation
import Foundation
import Images
import Shared

/// What clients pull when images of a recorded graph change, by how packages are put into layers:
/// `gentoo-portage-stable.graph.json` on standard input. Sizes are made up, as the record has none: log-normal, half of them
/// below 100 KiB.
@main
struct LayerBenchmark {
    /// Of 125, one is the settings' and one the base's.
    private static let limit = 123
    private static let pairs = 20
    /// Packages that are chosen for an image of its own, with what they need.
    private static let chosen = 60

    static func main() throws {
        let graph = try JSONDecoder().decode(Graph.self, from: FileHandle.standardInput.readToEnd() ?? Data())
        var dice = SeededGenerator(seed: 1)
        let needs = graph.needs
        let users = RuntimeUsers.users(needs: needs)
        let items = graph.nodes.indices.map { number in
            LayerPlan.Item(name: graph.nodes[number].cpv, size: size(&dice), users: users[number])
        }
        let all = Array(items.indices)
        let clock = ContinuousClock()
        let start = clock.now
        _ = LayerPlan(items, limit: limit)
        print(
            "layers-plan: \(Int((clock.now - start) / .milliseconds(1))) ms (\(items.count) packages to \(limit) layers)"
        )

        let images = (0..<(2 * pairs)).map { _ in closure(of: all.shuffled(using: &dice).prefix(chosen), needs) }
        print("layers-images: \(images.map(\.count).reduce(0, +) / images.count) packages in the mean image of its own")
        var first: (update: Double, other: Double)?
        for (name, divide) in ways {
            let update = update(all, items, divide(all, items, limit))
            let other =
                (0..<pairs).map { pair in
                    pull(
                        divide(images[2 * pair + 1], items, limit), who: divide(images[2 * pair], items, limit), items)
                }.reduce(0, +) / Double(pairs)
            let base = first ?? (update, other)
            first = base
            print(
                "layers-\(name): an update of one package \(mebibytes(update)) MiB (\(percent(update, of: base.update)) %), "
                    + "another image \(mebibytes(other)) MiB (\(percent(other, of: base.other)) %)")
        }
    }

    private typealias Way = (_ packages: [Int], _ items: [LayerPlan.Item], _ limit: Int) -> [[Int]]

    private static var ways: [(name: String, divide: Way)] {
        [
            ("one", { packages, _, _ in [packages] }),
            (
                "naive",
                { packages, _, limit in
                    let size = (packages.count + limit - 1) / limit
                    return stride(from: 0, to: packages.count, by: size).map {
                        Array(packages[$0..<min($0 + size, packages.count)])
                    }
                }
            ),
            (
                "nixery",
                { packages, items, limit in
                    let rated = packages.sorted {
                        (Int64(items[$0].users.count) * items[$0].size, items[$0].name)
                            > (Int64(items[$1].users.count) * items[$1].size, items[$1].name)
                    }
                    guard rated.count > limit else { return rated.map { [$0] } }
                    return rated.prefix(limit - 1).map { [$0] } + [rated.dropFirst(limit - 1).sorted()]
                }
            ),
            (
                "binfarm",
                { packages, items, limit in
                    LayerPlan(packages.map { items[$0] }, limit: limit).groups.map { $0.map { packages[$0] } }
                }
            ),
        ]
    }

    /// Bytes that are pulled when one package changes, whichever: the mean.
    private static func update(_ packages: [Int], _ items: [LayerPlan.Item], _ groups: [[Int]]) -> Double {
        groups.reduce(0) { $0 + size(of: $1, items) * Double($1.count) } / Double(packages.count)
    }

    /// Bytes of the layers that are not there yet.
    private static func pull(_ groups: [[Int]], who has: [[Int]], _ items: [LayerPlan.Item]) -> Double {
        let there = Set(has)
        return groups.filter { !there.contains($0) }.reduce(0) { $0 + size(of: $1, items) }
    }

    private static func size(of group: [Int], _ items: [LayerPlan.Item]) -> Double {
        group.reduce(0) { $0 + Double(items[$1].size) }
    }

    private static func size(_ dice: inout SeededGenerator) -> Int64 {
        let (u, v) = (Double.random(in: 0.000_001..<1, using: &dice), Double.random(in: 0..<1, using: &dice))
        return Int64(exp(11.5 + 2 * (-2 * log(u)).squareRoot() * cos(2 * .pi * v)))
    }

    private static func closure(of roots: some Sequence<Int>, _ needs: [[Int]]) -> [Int] {
        var seen: Set<Int> = []
        var stack = Array(roots)
        while let number = stack.popLast() {
            if seen.insert(number).inserted { stack += needs[number] }
        }
        return seen.sorted()
    }

    private static func mebibytes(_ bytes: Double) -> String { "\((bytes / 104857.6).rounded() / 10)" }
    private static func percent(_ part: Double, of whole: Double) -> String {
        "\((part / whole * 1000).rounded() / 10)"
    }
}

/// As Portage resolved it.
private struct Graph: Decodable {
    struct Node: Decodable { let cpv: String }

    struct Edge: Decodable {
        struct Kind: Decodable { let kind: String }

        let dependent: Int
        let dependency: Int
        let kinds: [Kind]
    }

    let nodes: [Node]
    let edges: [Edge]

    /// What each needs to run.
    var needs: [[Int]] {
        var needs = nodes.map { _ in [Int]() }
        for edge in edges where edge.kinds.contains(where: { $0.kind.hasPrefix("runtime") }) {
            needs[edge.dependent].append(edge.dependency)
        }
        return needs
    }
}
