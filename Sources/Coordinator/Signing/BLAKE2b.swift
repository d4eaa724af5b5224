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
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 32) { words in
            // 0 to 15 is what is mixed, 16 to 31 the block.
            for index in 0..<8 {
                words[index] = state[index]
                words[index + 8] = Self.initial[index]
            }
            words[12] ^= count
            if isLast { words[14] = ~words[14] }
            for index in 0..<16 {
                words[index + 16] = UInt64(
                    littleEndian: block.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
            }
            Self.order.withUnsafeBufferPointer { order in
                func mix(_ a: Int, _ b: Int, _ c: Int, _ d: Int, _ place: Int) {
                    words[a] = words[a] &+ words[b] &+ words[16 + Int(order[place])]
                    words[d] = Self.rotated(words[d] ^ words[a], 32)
                    words[c] = words[c] &+ words[d]
                    words[b] = Self.rotated(words[b] ^ words[c], 24)
                    words[a] = words[a] &+ words[b] &+ words[16 + Int(order[place + 1])]
                    words[d] = Self.rotated(words[d] ^ words[a], 16)
                    words[c] = words[c] &+ words[d]
                    words[b] = Self.rotated(words[b] ^ words[c], 63)
                }
                for round in stride(from: 0, to: 192, by: 16) {
                    mix(0, 4, 8, 12, round)
                    mix(1, 5, 9, 13, round + 2)
                    mix(2, 6, 10, 14, round + 4)
                    mix(3, 7, 11, 15, round + 6)
                    mix(0, 5, 10, 15, round + 8)
                    mix(1, 6, 11, 12, round + 10)
                    mix(2, 7, 8, 13, round + 12)
                    mix(3, 4, 9, 14, round + 14)
                }
            }
            for index in 0..<8 { state[index] ^= words[index] ^ words[index + 8] }
        }
    }

    @inline(__always)
    private static func rotated(_ word: UInt64, _ bits: UInt64) -> UInt64 { word >> bits | word << (64 - bits) }
}
