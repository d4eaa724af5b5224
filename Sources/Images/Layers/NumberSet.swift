/// A set of small numbers: which packages of a binhost need one of them.
package struct NumberSet: Hashable, Sendable {
    private var words: [UInt64]

    package init(_ numbers: some Sequence<Int> = EmptyCollection()) {
        words = []
        for number in numbers { insert(number) }
    }

    package mutating func insert(_ number: Int) {
        let place = number / 64
        if place >= words.count { words += Array(repeating: 0, count: place + 1 - words.count) }
        words[place] |= 1 << UInt64(number % 64)
    }

    package func contains(_ number: Int) -> Bool {
        number / 64 < words.count && words[number / 64] & 1 << UInt64(number % 64) != 0
    }

    package var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    package mutating func formUnion(_ other: NumberSet) {
        if other.words.count > words.count { words += Array(repeating: 0, count: other.words.count - words.count) }
        for (place, word) in other.words.enumerated() { words[place] |= word }
    }

    /// How many are in both.
    package func commonCount(with other: NumberSet) -> Int {
        var count = 0
        for place in 0..<min(words.count, other.words.count) {
            count += (words[place] & other.words[place]).nonzeroBitCount
        }
        return count
    }

    /// How many are in one or the other.
    package func totalCount(with other: NumberSet) -> Int { count + other.count - commonCount(with: other) }

    package func union(_ other: NumberSet) -> NumberSet {
        var result = self
        result.formUnion(other)
        return result
    }

    package func intersection(_ other: NumberSet) -> NumberSet {
        var result = NumberSet(EmptyCollection())
        result.words = zip(words, other.words).map { $0 & $1 }
        while result.words.last == 0 { result.words.removeLast() }
        return result
    }
}
