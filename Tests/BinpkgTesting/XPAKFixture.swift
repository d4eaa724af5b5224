import Binpkgs

/// Builds xpak files as Portage does, and such as it never would.
struct XPAKFixture {
    typealias Member = GPKGFixture.Member

    struct Record {
        var name: [UInt8]
        var offset: Int
        var size: Int
    }

    /// What stands behind the image. Lengths that are nil are right.
    struct Segment {
        var beginning = "XPAKPACK"
        var records: [Record] = []
        var data: [UInt8] = []
        /// Behind the last record.
        var moreIndex: [UInt8] = []
        var indexSize: Int?
        var dataSize: Int?
        var ending = "XPAKSTOP"
        var size: Int?
        var stop = "STOP"

        mutating func add(_ name: String, _ content: [UInt8]) { add(Array(name.utf8), content) }

        mutating func add(_ name: [UInt8], _ content: [UInt8]) {
            records.append(Record(name: name, offset: data.count, size: content.count))
            data += content
        }

        var bytes: [UInt8] {
            var index: [UInt8] = []
            for record in records {
                index += XPAKFixture.number(record.name.count) + record.name + XPAKFixture.number(record.offset)
                index += XPAKFixture.number(record.size)
            }
            index += moreIndex
            var bytes = Array(beginning.utf8)
            bytes += XPAKFixture.number(indexSize ?? index.count) + XPAKFixture.number(dataSize ?? data.count)
            bytes += index + data + Array(ending.utf8)
            return bytes + XPAKFixture.number(size ?? bytes.count) + Array(stop.utf8)
        }
    }

    var metadata = GPKGFixture().metadata
    /// As GNU tar names them.
    var members = [
        Member(name: "./", content: [], type: UInt8(ascii: "5"), mode: 0o755),
        Member(name: "./usr/lib/libexpat.so", content: GPKGFixture().image),
    ]
    /// Instead of a gzipped tar of the members.
    var image: [UInt8]?
    /// Changes the segment after it is made.
    var change: (inout Segment) -> Void = { _ in }

    func packedImage() throws -> [UInt8] { try image ?? Gzip.compress(GPKGFixture.tar(members)) }

    func bytes() throws -> [UInt8] {
        var segment = Segment()
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) { segment.add(name, Array(value.utf8)) }
        change(&segment)
        return try packedImage() + segment.bytes
    }

    /// Big-endian, of four bytes.
    static func number(_ value: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: value).bigEndian) { Array($0) }
    }
}
