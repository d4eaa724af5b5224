import Shared
import Testing

@testable import Worker

struct RootCatalogueTests {
    private static let epoch = ContentHasher.digest(Array("epoch".utf8))

    private func set(_ names: String, epoch: ContentDigest = epoch) -> RootSet {
        RootSet(epoch: epoch, members: Set(names.map { PackageMark(ContentHasher.digest(Array("\($0)".utf8))) }))
    }

    private func root(
        _ names: String, over parent: String? = nil, size: Int64 = 10, layers: Int = 2, used: Int64 = 0,
        epoch: ContentDigest = epoch
    ) -> PreparedRoot {
        PreparedRoot(
            set: set(names, epoch: epoch), parent: parent.map { set($0, epoch: epoch).id }, total: 100 + size,
            size: size, layers: layers, lastUsed: used)
    }

    private func catalogue(_ roots: PreparedRoot...) -> RootCatalogue {
        var catalogue = RootCatalogue()
        for root in roots { catalogue.add(root) }
        return catalogue
    }

    @Test func `A set is the same in whatever order its packages install, and another one over another image`() {
        #expect(set("abc").id == set("cab").id)
        #expect(set("abc").id != set("ab").id)
        #expect(set("abc").id != set("abc", epoch: ContentHasher.digest([1])).id)
    }

    @Test func `The nearest root is the largest one that has nothing else`() {
        let catalogue = catalogue(root("a"), root("ab"), root("abx"), root("bcd"))
        #expect(catalogue.nearest(to: set("abc"))?.set == set("ab"))
        #expect(catalogue.nearest(to: set("abcd"))?.set == set("bcd"))
        #expect(catalogue.nearest(to: set("c")) == nil)
        #expect(catalogue.nearest(to: set("abc", epoch: ContentHasher.digest([1]))) == nil)
    }

    @Test func `Nothing is built on a root that has as many layers as can be mounted`() {
        let catalogue = catalogue(root("ab", layers: RootCatalogue.mostLayers), root("a", layers: 3))
        #expect(catalogue.nearest(to: set("abc"))?.set == set("a"))
    }

    @Test func `The least recently used go first, until the rest has room`() {
        let catalogue = catalogue(root("a", used: 3), root("b", used: 1), root("c", used: 2))
        #expect(catalogue.superfluous(budget: 30, inUse: []).isEmpty)
        #expect(catalogue.superfluous(budget: 29, inUse: []).map(\.set) == [set("b")])
        #expect(catalogue.superfluous(budget: 10, inUse: []).map(\.set) == [set("b"), set("c")])
    }

    @Test func `What others are built on stays as long as they do, and what is in use in any case`() {
        let catalogue = catalogue(root("a", used: 1), root("ab", over: "a", used: 3), root("c", used: 2))
        #expect(catalogue.superfluous(budget: 20, inUse: []).map(\.set) == [set("c")])
        #expect(catalogue.superfluous(budget: 0, inUse: []).map(\.set) == [set("c"), set("ab"), set("a")])
        #expect(catalogue.superfluous(budget: 0, inUse: [set("ab").id]).map(\.set) == [set("c")])
    }

    @Test(arguments: 0..<200)
    func `Whatever there is and is used, what goes is not in use, never below what stays, and enough when it can be`(
        seed: UInt64
    ) {
        var dice = Dice(state: seed)
        var catalogue = RootCatalogue()
        for number in 0..<Int(dice.below(30)) {
            let parent = catalogue.roots.values.sorted { $0.id < $1.id }.randomElement(using: &dice)
            let mark = PackageMark(ContentHasher.digest(Array("\(number)".utf8)))
            catalogue.add(
                PreparedRoot(
                    set: RootSet(epoch: Self.epoch, members: (parent?.set.members ?? []).union([mark])),
                    parent: dice.below(4) == 0 ? nil : parent?.id, total: 0, size: Int64(dice.below(100)), layers: 2,
                    lastUsed: Int64(dice.below(10))))
        }
        let inUse = Set(catalogue.roots.keys.filter { _ in dice.below(5) == 0 })
        let budget = Int64(dice.below(1000))
        let gone = catalogue.superfluous(budget: budget, inUse: inUse)
        #expect(inUse.isDisjoint(with: gone.map(\.id)))
        for root in gone { catalogue.remove(root.id) }
        #expect(catalogue.roots.values.allSatisfy { root in !gone.contains { $0.id == root.parent } })
        let couldGo = catalogue.roots.values.contains { root in
            !inUse.contains(root.id) && !catalogue.roots.values.contains { $0.parent == root.id }
        }
        #expect(catalogue.size <= budget || !couldGo)
    }

    /// SplitMix64.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }

        mutating func below(_ bound: UInt64) -> UInt64 { next() % bound }
    }
}
