import Core
import Testing

struct TransitiveReductionTests {
    /// A plan in which each job waits for some of those before it.
    private static func graph(_ count: Int, seed: UInt64) -> [[Int32]] {
        var random = seed
        func next() -> UInt64 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return random >> 33
        }
        return (0..<count).map { job in (0..<job).filter { _ in next() % 5 == 0 }.map(Int32.init) }
    }

    private static func reachable(_ graph: [[Int32]]) -> [Set<Int32>] {
        var reached: [Set<Int32>] = []
        for needed in graph {
            reached.append(needed.reduce(into: []) { $0.formUnion(reached[Int($1)].union([$1])) })
        }
        return reached
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `It reaches the same, and not an edge could be left out`(seed: UInt64) {
        let graph = Self.graph(70, seed: seed)
        let reduced = TransitiveReduction.of(graph)
        let reached = Self.reachable(graph)
        #expect(Self.reachable(reduced) == reached)
        for needed in reduced {
            for one in needed {
                #expect(!needed.contains { $0 != one && reached[Int($0)].contains(one) })
            }
        }
    }

    @Test func `What is no edge of a plan is left out`() {
        #expect(TransitiveReduction.of([[0, 5, -1], [0], [1, 0]]) == [[], [0], [1]])
        #expect(TransitiveReduction.of([]) == [])
    }
}
