internal import Shared
package import SystemPackage

/// The metadata at the end of an xpak (xpak(5); `tbz2` in Portage's xpak.py): the segment and where it begins.
///
///     XPAKPACK lengths of index and data, index, data, XPAKSTOP; length of all that, STOP
///
/// Lengths are big-endian numbers of four bytes. The index has for each file the length of its name, the name, and the file's
/// offset and length in the data. Everything in it may be a lie, so it must be as Portage writes it: the files fill the data
/// one behind the other.
package struct XPAKSegment {
    /// Files by their names.
    package let files: [String: ArraySlice<UInt8>]
    /// Bytes in front of it.
    package let imageSize: Int64

    private static let beginning = Array("XPAKPACK".utf8)
    private static let ending = Array("XPAKSTOP".utf8)
    private static let stop = Array("STOP".utf8)
    /// Bytes in front of the index.
    private static let headerSize = 16
    /// Bytes of all but index and data.
    private static let frameSize = 24
    /// Bytes behind it.
    private static let trailerSize: Int64 = 8
    /// Bytes of an index record without its name.
    private static let recordSize = 12

    package init(of descriptor: FileDescriptor, file: String) throws(BinpkgError) {
        func malformed(_ detail: String) -> BinpkgError { .unreadable(file: file, format: .xpak, detail: detail) }
        let bytes: [UInt8]
        do {
            guard let place = try Self.place(in: descriptor) else {
                throw malformed("it does not end as an xpak does")
            }
            guard place.count <= BinpkgLimits.metadata else {
                throw BinpkgError.memberTooLarge(file: file, member: "metadata", limit: BinpkgLimits.metadata)
            }
            guard place.lowerBound > 0 else { throw malformed("its metadata would begin before the file does") }
            guard place.count >= Self.frameSize else { throw malformed("its metadata has no room for itself") }
            imageSize = place.lowerBound
            bytes = try descriptor.bytes(in: place)
        } catch let error as BinpkgError {
            throw error
        } catch {
            throw malformed("\(error)")
        }
        guard bytes.starts(with: Self.beginning) else { throw malformed("its metadata does not begin where it says") }
        do {
            files = try Self.files(of: bytes)
        } catch {
            throw .metadataUnreadable(file: file, detail: error.detail)
        }
    }

    /// Where the end of the file says that the segment is, which may be before its beginning; nil when this is no end of an
    /// xpak.
    package static func place(in descriptor: FileDescriptor) throws -> Range<Int64>? {
        let size = try descriptor.seek(offset: 0, from: .end)
        guard size >= Int64(frameSize) + trailerSize else { return nil }
        let end = try descriptor.bytes(in: (size - 16)..<size)
        guard end.starts(with: ending), end[12...].elementsEqual(stop) else { return nil }
        let segmentEnd = size - trailerSize
        return (segmentEnd - Int64(number(end, at: 8)))..<segmentEnd
    }

    private struct Malformation: Error {
        let detail: String
    }

    /// - Parameter bytes: at least a frame.
    private static func files(of bytes: [UInt8]) throws(Malformation) -> [String: ArraySlice<UInt8>] {
        let indexEnd = headerSize + number(bytes, at: 8)
        let dataSize = number(bytes, at: 12)
        guard indexEnd + dataSize + ending.count == bytes.count else {
            throw Malformation(detail: "index and data do not fill it")
        }
        var files: [String: ArraySlice<UInt8>] = [:]
        var place = headerSize
        var offset = 0
        while place < indexEnd {
            let room = indexEnd - place - recordSize
            guard room >= 0, number(bytes, at: place) <= room else {
                throw Malformation(detail: "its index ends within a record")
            }
            let nameEnd = place + 4 + number(bytes, at: place)
            guard let name = String(validating: bytes[(place + 4)..<nameEnd], as: UTF8.self), isFileName(name) else {
                throw Malformation(detail: "a file has a name that none can have")
            }
            let size = number(bytes, at: nameEnd + 4)
            guard number(bytes, at: nameEnd) == offset, size <= dataSize - offset else {
                throw Malformation(detail: "\(name) is not where the file before it ends")
            }
            guard files[name] == nil else { throw Malformation(detail: "\(name) is there more than once") }
            guard files.count < BinpkgLimits.metadataFiles else {
                throw Malformation(detail: "more than \(BinpkgLimits.metadataFiles) files")
            }
            files[name] = bytes[(indexEnd + offset)..<(indexEnd + offset + size)]
            offset += size
            place = nameEnd + 8
        }
        guard offset == dataSize else { throw Malformation(detail: "its data has more than its files") }
        return files
    }

    private static func isFileName(_ name: String) -> Bool {
        !["", ".", ".."].contains(name) && name.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 >= 32 }
    }

    private static func number(_ bytes: [UInt8], at place: Int) -> Int {
        bytes[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
}
