import Shared
import SystemPackage
import ZeroMQ

/// One file that is being sent: an open descriptor, so that a file replaced meanwhile is sent as it was.
final class OutgoingFile {
    let size: Int64
    private(set) var offset: Int64
    private(set) var credit: UInt32
    private(set) var lastMove = ContinuousClock.now
    private let file: FileDescriptor

    init(_ path: FilePath, offset: Int64, credit: UInt32) throws {
        file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        size = try file.seek(offset: 0, from: .end)
        self.offset = min(offset, size)
        self.credit = credit
    }

    deinit { try? file.close() }

    var isAtEnd: Bool { offset >= size }

    /// No more than the credit that one transfer may have, whatever a peer says.
    func add(credit more: UInt32) { credit = min(SocketSettings.credit, credit &+ min(more, SocketSettings.credit)) }

    /// The next chunk.
    func next() throws -> Frame {
        let count = Int(min(Int64(SocketSettings.chunk), size - offset))
        let frame = try Frame(of: file, at: offset, count: count)
        offset += Int64(count)
        credit -= 1
        lastMove = .now
        return frame
    }
}
