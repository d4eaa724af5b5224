/// BLAKE2b with a digest of 64 bytes and without a key (RFC 7693): the second digest of each line in a gpkg's Manifest,
/// without which Portage refuses the package. swift-crypto does not have it.
struct BLAKE2b {
    private static let blockSize = 128

    private static let initial: [UInt64] = [
        0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1,
        0x510e_527f_ade6_82d1, 0x9b05_688c_2b3e_6c1f, 0x1f83_d9ab_fb41_bd6b, 0x5be0_cd19_137e_2179,
    ]

    /// The order in which each round takes the words of a block; the last two rounds begin again.
    private static let orders: [[Int]] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
    ]
    private static let order: [UInt8] = (0..<12).flatMap { orders[$0 % 10] }.map(UInt8.init)

    private var state: [UInt64]
    private var count: UInt64 = 0
    /// What has come of a block that may be the last.
    private var rest: [UInt8] = []

    init() {
        state = Self.initial
        // Its length, no key, no tree.
        state[0] ^= 0x0101_0040
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var bytes = UnsafeRawBufferPointer(rebasing: bytes[...])
        if !rest.isEmpty {
            let missing = min(Self.blockSize - rest.count, bytes.count)
            rest.append(contentsOf: bytes[..<missing])
            bytes = UnsafeRawBufferPointer(rebasing: bytes[missing...])
            // A full block waits until something follows: the last one is treated in another way.
            guard !bytes.isEmpty else { return }
            rest.withUnsafeBytes { block in compress(block, isLast: false, counting: Self.blockSize) }
            rest.removeAll(keepingCapacity: true)
        }
        while bytes.count > Self.blockSize {
            compress(
                UnsafeRawBufferPointer(rebasing: bytes[..<Self.blockSize]), isLast: false, counting: Self.blockSize)
            bytes = UnsafeRawBufferPointer(rebasing: bytes[Self.blockSize...])
        }
        rest.append(contentsOf: bytes)
    }

    mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// Lower-case hexadecimal.
    consuming func finish() -> String {
        let used = rest.count
        let block = rest + [UInt8](repeating: 0, count: Self.blockSize - used)
        block.withUnsafeBytes { compress($0, isLast: true, counting: used) }
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for word in state {
            for byte in (0..<8).map({ UInt8(truncatingIfNeeded: word >> (8 * $0)) }) {
                text.append(digits[Int(byte >> 4)])
                text.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func digest(_ bytes: [UInt8]) -> String {
        var hash = BLAKE2b()
        hash.update(bytes)
        return hash.finish()
    }

    private mutating func compress(_ block: UnsafeRawBufferPointer, isLast: Bool, counting size: Int) {
        count += UInt64(size)
        // What is mixed, each in a variable of its own: an array takes twice the time.
        var (a0, a1, a2, a3) = (state[0], state[1], state[2], state[3])
        var (b0, b1, b2, b3) = (state[4], state[5], state[6], state[7])
        var (c0, c1, c2, c3) = (Self.initial[0], Self.initial[1], Self.initial[2], Self.initial[3])
        var (d0, d1, d2, d3) = (Self.initial[4], Self.initial[5], Self.initial[6], Self.initial[7])
        d0 ^= count
        if isLast { d2 = ~d2 }
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 16) { words in
            for index in 0..<16 {
                words[index] = UInt64(
                    littleEndian: block.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
            }
            Self.order.withUnsafeBufferPointer { order in
                for place in stride(from: 0, to: 192, by: 16) {
                    @inline(__always) func word(_ index: Int) -> UInt64 { words[Int(order[place + index])] }
                    Self.mix(&a0, &b0, &c0, &d0, word(0), word(1))
                    Self.mix(&a1, &b1, &c1, &d1, word(2), word(3))
                    Self.mix(&a2, &b2, &c2, &d2, word(4), word(5))
                    Self.mix(&a3, &b3, &c3, &d3, word(6), word(7))
                    Self.mix(&a0, &b1, &c2, &d3, word(8), word(9))
                    Self.mix(&a1, &b2, &c3, &d0, word(10), word(11))
                    Self.mix(&a2, &b3, &c0, &d1, word(12), word(13))
                    Self.mix(&a3, &b0, &c1, &d2, word(14), word(15))
                }
            }
        }
        let (low, high) = ([a0 ^ c0, a1 ^ c1, a2 ^ c2, a3 ^ c3], [b0 ^ d0, b1 ^ d1, b2 ^ d2, b3 ^ d3])
        for index in 0..<4 {
            state[index] ^= low[index]
            state[index + 4] ^= high[index]
        }
    }

    @inline(__always)
    private static func mix(
        _ a: inout UInt64, _ b: inout UInt64, _ c: inout UInt64, _ d: inout UInt64, _ first: UInt64, _ second: UInt64
    ) {
        a = a &+ b &+ first
        d = rotated(d ^ a, 32)
        c = c &+ d
        b = rotated(b ^ c, 24)
        a = a &+ b &+ second
        d = rotated(d ^ a, 16)
        c = c &+ d
        b = rotated(b ^ c, 63)
    }

    @inline(__always)
    private static func rotated(_ word: UInt64, _ bits: UInt64) -> UInt64 { word &>> bits | word &<< (64 &- bits) }
}
