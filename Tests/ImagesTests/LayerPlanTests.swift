import FaultSimulation
import Testing

@testable import Images

struct LayerPlanTests {
    /// Packages of sizes as they are, most small and few large, and who needs them.
    private static func items(_ count: Int, seed: UInt64) -> [LayerPlan.Item] {
        var dice = SeededGenerator(seed: seed)
        let needs = (0..<count).map { number in
            number == 0
                ? [] : (0..<Int.random(in: 0...3, using: &dice)).map { _ in Int.random(in: 0..<number, using: &dice) }
        }
        let users = RuntimeUsers.users(needs: needs)
        return (0..<count).map { number in
            let scale = Int64(1) << Int64.random(in: 0...16, using: &dice)
            return LayerPlan.Item(
                name: "a/p\(number)-1", size: Int64.random(in: 500...5000, using: &dice) * scale, users: users[number])
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `Each package is in one layer, and there are no more layers than may be`(_ seed: UInt64) {
        let items = Self.items(90, seed: seed)
        for limit in [1, 2, 40, 89, 90, 125] {
            let plan = LayerPlan(items, limit: limit)
            #expect(plan.groups.flatMap(\.self).sorted() == Array(items.indices))
            #expect(plan.groups.count == min(limit, items.count))
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `A lower limit joins more of the same groups`(_ seed: UInt64) {
        let items = Self.items(60, seed: seed)
        let (fine, coarse) = (LayerPlan(items, limit: 30), LayerPlan(items, limit: 20))
        for group in fine.groups {
            #expect(coarse.groups.contains { Set($0).isSuperset(of: group) })
        }
    }

    @Test func `The large stay alone`() {
        var items = (0..<50).map { LayerPlan.Item(name: "a/small\($0)-1", size: 10_000, users: NumberSet([0])) }
        items += (0..<5).map { LayerPlan.Item(name: "a/large\($0)-1", size: 500_000_000, users: NumberSet([0])) }
        let plan = LayerPlan(items, limit: 10)
        for large in 50..<55 { #expect(plan.groups.contains([large])) }
    }

    @Test func `Those that the same ones need go together`() {
        let (first, second) = (NumberSet([0, 1, 2]), NumberSet([3, 4]))
        let items = [first, second, first, second].enumerated().map {
            LayerPlan.Item(name: "a/p\($0)-1", size: 1_000_000, users: $1)
        }
        #expect(LayerPlan(items, limit: 2).groups == [[0, 2], [1, 3]])
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `One more package leaves most layers as they are`(_ seed: UInt64) {
        let items = Self.items(160, seed: seed)
        let names = { (plan: LayerPlan, items: [LayerPlan.Item]) in
            Set(plan.groups.map { $0.map { items[$0].name }.sorted() })
        }
        let less = Array(items.dropLast())
        let (before, after) = (names(LayerPlan(less, limit: 100), less), names(LayerPlan(items, limit: 100), items))
        #expect(before.intersection(after).count >= 80)
    }

    @Test func `Who cannot do without a package is found however far away, in circles too`() {
        let users = RuntimeUsers.users(needs: [[1], [2], [1], []])
        #expect(users == [NumberSet([0]), NumberSet([0, 1, 2]), NumberSet([0, 1, 2]), NumberSet([3])])
    }
}
