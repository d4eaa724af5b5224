package import SwiftProtobuf
package import ZeroMQ

extension Frame {
    /// A frame with the binary form of a message.
    package init(serializing message: some SwiftProtobuf.Message) throws(WireError) {
        do {
            self.init(try message.serializedBytes() as [UInt8])
        } catch {
            throw WireError("message", "cannot be serialised: \(error)")
        }
    }

    /// The message that the frame holds.
    package func parse<Parsed: SwiftProtobuf.Message>(_ type: Parsed.Type) throws(WireError) -> Parsed {
        do {
            return try withUnsafeBytes { try Parsed(serializedBytes: Array($0)) }
        } catch {
            throw WireError("frame", "is no \(Parsed.protoMessageName): \(error)")
        }
    }
}
