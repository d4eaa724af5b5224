/// Where the bytes of a log go when only so many are kept: half of them from its beginning, half from its end.
struct LogCut: Sendable, Equatable {
    enum Place: Equatable, Sendable {
        case head
        /// In the ring, from this offset on.
        case tail(offset: Int64)
    }

    struct Piece: Equatable, Sendable {
        var source: Range<Int>
        var place: Place
    }

    private let limit: Int64?
    private let headLimit: Int64
    private let tailLimit: Int64
    private var head: Int64 = 0
    /// Bytes that ever went into the ring.
    private var ring: Int64 = 0
    private var owesHeadNote = false

    /// - Parameter limit: bytes kept; nil for all.
    init(limit: Int64?) {
        self.limit = limit
        headLimit = limit.map { max(1, $0 / 2) } ?? .max
        tailLimit = limit.map { max(1, $0 - $0 / 2) } ?? 0
    }

    /// Where the next `count` bytes go.
    mutating func place(_ count: Int) -> [Piece] {
        var pieces: [Piece] = []
        var next = 0
        let toHead = Int(min(Int64(count), headLimit - head))
        if toHead > 0 {
            pieces.append(Piece(source: 0..<toHead, place: .head))
            head += Int64(toHead)
            next = toHead
        }
        if next < count {
            if ring == 0 { owesHeadNote = true }
            // What would be overwritten at once need not be written.
            let skipped = max(0, Int64(count - next) - tailLimit)
            next += Int(skipped)
            ring += skipped
        }
        while next < count {
            let offset = ring % tailLimit
            let length = Int(min(Int64(count - next), tailLimit - offset))
            pieces.append(Piece(source: next..<next + length, place: .tail(offset: offset)))
            ring += Int64(length)
            next += length
        }
        return pieces
    }

    /// Bytes that were cut out.
    var lost: Int64 { max(0, ring - tailLimit) }

    /// For those who follow the log: said once, when its head is full.
    mutating func takeHeadNote() -> String? {
        guard owesHeadNote, let limit else { return nil }
        owesHeadNote = false
        return "\n>>> binfarm: the log exceeds its limit of \(limit) bytes; from here on only its end is kept\n"
    }

    /// Stands between head and tail.
    var tailNote: String { "\n>>> binfarm: \(lost) bytes were cut out here\n" }

    /// The ring's bytes, oldest first.
    var tailRanges: [Range<Int64>] {
        guard ring > tailLimit else { return ring == 0 ? [] : [0..<ring] }
        let start = ring % tailLimit
        return start == 0 ? [0..<tailLimit] : [start..<tailLimit, 0..<start]
    }
}
