internal import Glibc
internal import Shared
internal import SystemPackage

/// The log of an attempt in a file: all of it, or, when there is a limit, its head and its tail with a note between.
///
/// What is in the file never changes, so that it can be uploaded while it grows. Once the head is full, the rest goes round
/// in a second file that holds the newest bytes; at the end these are put behind the head.
actor LogSpool {
    nonisolated let path: FilePath
    private let file: FileDescriptor
    private let tailPath: FilePath
    private var tail: FileDescriptor?
    private var cut: LogCut
    private(set) var size: Int64 = 0
    /// Nothing more will come.
    private(set) var isComplete = false
    private var waiters: [CheckedContinuation<Void, Never>] = []
    private var scanner = LogScanner()
    /// When the last byte came.
    private(set) var lastOutput = ContinuousClock.now

    /// - Parameter limit: bytes; nil for none.
    init(path: FilePath, limit: Int64?) throws {
        self.path = path
        tailPath = path.removingLastComponent().appending("log.tail")
        file = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .truncate, .closeOnExec],
            permissions: [.ownerReadWrite, .groupRead, .otherRead])
        cut = LogCut(limit: limit)
    }

    deinit {
        try? file.close()
        try? tail?.close()
    }

    /// Takes the next bytes; returns the lines among them with which a stage of the build begins.
    func append(_ bytes: [UInt8]) throws -> [String] {
        lastOutput = .now
        guard !isComplete else { return [] }
        for piece in cut.place(bytes.count) {
            let part = bytes[piece.source]
            switch piece.place {
            case .head:
                _ = try file.writeAll(toAbsoluteOffset: size, part)
                size += Int64(part.count)
            case .tail(let offset):
                _ = try openTail().writeAll(toAbsoluteOffset: offset, part)
            }
        }
        if let note = cut.takeHeadNote() { try appendToFile(note) }
        wake()
        return scanner.scan(bytes)
    }

    /// A line of the worker's own.
    func note(_ line: String) { _ = try? append(Array(">>> binfarm: \(line)\n".utf8)) }

    /// What the log said so far.
    func findings() -> LogFindings { scanner.finish() }

    /// A container begins: neither silence nor errors of the one before count.
    func beginStep() {
        lastOutput = .now
        scanner = LogScanner()
    }

    /// Puts the tail behind the head; nothing can be appended after, not even when that failed.
    func finish() throws {
        guard !isComplete else { return }
        defer {
            isComplete = true
            wake()
        }
        if let tail {
            try appendToFile(cut.tailNote)
            for range in cut.tailRanges {
                var offset = range.lowerBound
                var piece = [UInt8](repeating: 0, count: 1 << 16)
                while offset < range.upperBound {
                    let wanted = Int(min(Int64(piece.count), range.upperBound - offset))
                    let count = try piece.withUnsafeMutableBytes {
                        try tail.read(
                            fromAbsoluteOffset: offset, into: UnsafeMutableRawBufferPointer(rebasing: $0[..<wanted]))
                    }
                    guard count > 0 else { break }
                    _ = try file.writeAll(toAbsoluteOffset: size, piece[..<count])
                    size += Int64(count)
                    offset += Int64(count)
                }
            }
            try tail.close()
            self.tail = nil
            unlink(tailPath.string)
        }
    }

    /// Waits until there is more than `offset`, or nothing more will come.
    func wait(beyond offset: Int64) async {
        guard size <= offset, !isComplete else { return }
        await withCheckedContinuation { waiters.append($0) }
    }

    private func wake() {
        let all = waiters
        waiters = []
        for waiter in all { waiter.resume() }
    }

    private func appendToFile(_ text: String) throws {
        _ = try file.writeAll(toAbsoluteOffset: size, Array(text.utf8))
        size += Int64(text.utf8.count)
    }

    private func openTail() throws -> FileDescriptor {
        if let tail { return tail }
        let opened = try FileDescriptor.open(
            tailPath, .readWrite, options: [.create, .truncate, .closeOnExec], permissions: [.ownerReadWrite])
        tail = opened
        return opened
    }
}
