/// A message of one or more frames, sent and received as a whole.
public struct Message: Sendable, Hashable {
    /// The parts, in order.
    public var frames: [Frame]

    /// A message of these frames.
    public init(_ frames: [Frame]) { self.frames = frames }

    /// A message of one frame with these bytes; a large array is not copied.
    public init(_ bytes: [UInt8]) { frames = [Frame(bytes)] }

    /// A message of one frame with the UTF-8 bytes of a text.
    public init(_ text: some StringProtocol) { frames = [Frame(text)] }

    /// The authenticated name of the sender: what the ``ZAPHandler`` answered when the peer connected.
    public var userID: String? { frames.last?.userID }

    /// The sender's network address, without a port.
    public var peerAddress: String? { frames.last?.peerAddress }

    /// The number of bytes in all frames.
    public var byteCount: Int { frames.reduce(0) { $0 + $1.count } }
}

extension Message: RandomAccessCollection, MutableCollection, RangeReplaceableCollection {
    /// A message without frames, to be filled; one without frames cannot be sent.
    public init() { frames = [] }
    /// The index of the first frame.
    public var startIndex: Int { frames.startIndex }
    /// The index after the last frame.
    public var endIndex: Int { frames.endIndex }
    /// One frame.
    public subscript(position: Int) -> Frame {
        get { frames[position] }
        set { frames[position] = newValue }
    }
    /// Replaces some frames by others.
    public mutating func replaceSubrange(_ range: Range<Int>, with frames: some Collection<Frame>) {
        self.frames.replaceSubrange(range, with: frames)
    }
}

extension Message: ExpressibleByArrayLiteral, CustomStringConvertible {
    /// A message of these frames.
    public init(arrayLiteral frames: Frame...) { self.frames = frames }
    /// The sizes only: content does not belong in logs.
    public var description: String { "Message(\(frames.map { "\($0.count)" }.joined(separator: " + ")) bytes)" }
}
