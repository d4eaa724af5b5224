/// SplitMix64: the same numbers for the same seed, everywhere.
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Dice.mix(state)
    }
}

/// Numbers that depend on the seed and on what they are for, and not on what was drawn before: without one fault of a
/// scenario, all others stay as they were.
struct Dice: Sendable {
    let seed: UInt64

    enum Purpose: UInt64 {
        case toCoordinator = 1, toWorker, slack, reconnect, renewal, planning, publishing, answering, commit, person,
            loss,
            order, copy, notice
    }

    func roll(_ purpose: Purpose, _ first: UInt64, _ second: UInt64) -> UInt64 {
        Self.mix(Self.mix(Self.mix(seed &+ purpose.rawValue &* 0x9E37_79B9_7F4A_7C15) &+ first) &+ second)
    }

    func number(in range: ClosedRange<Int64>, _ purpose: Purpose, _ first: UInt64, _ second: UInt64) -> Int64 {
        let width = UInt64(range.upperBound - range.lowerBound) + 1
        return range.lowerBound + Int64(roll(purpose, first, second) % width)
    }

    func isOne(in count: UInt64, _ purpose: Purpose, _ first: UInt64, _ second: UInt64) -> Bool {
        roll(purpose, first, second) % count == 0
    }

    static func mix(_ state: UInt64) -> UInt64 {
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
