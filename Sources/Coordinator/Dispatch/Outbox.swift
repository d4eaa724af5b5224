import Core
import Shared
import SwiftProtobuf
import ZeroMQ

/// What a batch says to workers: one frame for each, as every message costs its encryption and a way through the sockets.
struct Outbox {
    /// For one worker.
    struct Letter {
        let worker: WorkerName
        fileprivate(set) var messages: [[UInt8]] = []
        /// The effects that said so.
        fileprivate(set) var names: [String] = []
        /// Assignments in it, with when the job was given to the worker.
        fileprivate(set) var assigned: [(attempt: AttemptID, since: ContinuousClock.Instant)] = []
        fileprivate var size = 0

        /// A single message as it is; several as `Several`. Its encoding is put together of theirs, so that each is
        /// encoded once.
        var frame: Frame {
            guard messages.count > 1 else { return Frame(messages.first ?? []) }
            var several: [UInt8] = []
            several.reserveCapacity(size + 8 * messages.count)
            for message in messages {
                several.append(Self.tag(field: 1))
                Self.append(length: message.count, to: &several)
                several += message
            }
            var bytes: [UInt8] = [Self.tag(field: 14)]
            bytes.reserveCapacity(several.count + 8)
            Self.append(length: several.count, to: &bytes)
            return Frame(bytes + several)
        }

        /// Of a length-delimited field with a number below 16.
        private static func tag(field: UInt8) -> UInt8 { field << 3 | 2 }

        /// Base 128, the lowest seven bits first.
        private static func append(length: Int, to bytes: inout [UInt8]) {
            var rest = length
            while rest >= 0x80 {
                bytes.append(UInt8(rest & 0x7F | 0x80))
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }
    }

    private(set) var letters: [Letter] = []
    /// The letter to each worker that still takes messages.
    private var open: [WorkerName: Int] = [:]

    /// Far below the largest frame that a peer takes.
    private static let sizeLimit = SocketSettings.largestControlFrame / 4

    /// - Parameters:
    ///   - name: of the effect that says so.
    ///   - assigned: what the message assigns.
    mutating func add(
        _ body: WireCoordinatorMessage.OneOf_Body, for worker: WorkerName, name: String,
        assigned: (attempt: AttemptID, since: ContinuousClock.Instant)? = nil
    ) throws {
        var message = WireCoordinatorMessage()
        message.body = body
        let bytes: [UInt8] = try message.serializedBytes()
        var place = open[worker]
        if let letter = place, letters[letter].size + bytes.count > Self.sizeLimit { place = nil }
        let position = place ?? letters.count
        if place == nil {
            letters.append(Letter(worker: worker))
            open[worker] = position
        }
        letters[position].messages.append(bytes)
        letters[position].names.append(name)
        letters[position].size += bytes.count
        if let assigned { letters[position].assigned.append(assigned) }
    }
}
