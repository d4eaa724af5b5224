import CZeroMQ
import Glibc

extension Socket {
    /// Sends a message as a whole or not at all, without waiting.
    ///
    /// The message is not used up: after ``SendResult/wouldBlock`` the same can be sent again.
    ///
    /// - Throws: ``ZeroMQError`` for a message without frames, a pattern that does not allow sending now, or a context
    ///   that was shut down.
    public mutating func trySend(_ message: Message) throws(ZeroMQError) -> SendResult {
        let socket = core.handle
        let last = message.frames.count - 1
        guard last >= 0 else { throw ZeroMQError(code: EINVAL, operation: "send a message without frames") }
        var dropped = false
        for (index, frame) in message.frames.enumerated() {
            switch Self.send(frame, on: socket, more: index < last) {
            case 0: continue
            case EAGAIN where index == 0:
                // libzmq looks for new connections and credit only now and then; asking for the events makes it look.
                guard try readiness().contains(.writable), Self.send(frame, on: socket, more: index < last) == 0 else {
                    return .wouldBlock
                }
            // The peer went in the middle of the message. libzmq forgets what it had and wants the rest, to drop it.
            case EAGAIN: dropped = true
            case EHOSTUNREACH: return .unreachable
            case let code: throw ZeroMQError(code: code, operation: "send on a \(kind) socket")
            }
        }
        return dropped ? .wouldBlock : .sent
    }

    /// Takes the next message, or nil when there is none yet.
    public mutating func tryReceive() throws(ZeroMQError) -> Message? {
        let socket = core.handle
        var frames: [Frame] = []
        while true {
            let storage = FrameStorage.make()
            let (code, more) = storage.withMessage { Self.receive($0, from: socket) }
            guard code == 0 else {
                if code == EAGAIN, frames.isEmpty { return nil }
                throw ZeroMQError(code: code, operation: "receive on a \(kind) socket")
            }
            storage.share()
            if more, frames.isEmpty { frames.reserveCapacity(4) }
            frames.append(Frame(storage: storage))
            if !more { return Message(frames) }
        }
    }

    /// Takes the messages that are there, at most `limit`, so that one busy socket does not keep the others waiting.
    public mutating func tryReceive(limit: Int) throws(ZeroMQError) -> [Message] {
        var messages: [Message] = []
        while messages.count < limit, let message = try tryReceive() { messages.append(message) }
        return messages
    }

    private static func send(_ frame: Frame, on socket: UnsafeMutableRawPointer, more: Bool) -> Int32 {
        var copy = zmq_msg_t()
        zmq_msg_init(&copy)
        _ = frame.storage.withMessage { zmq_msg_copy(&copy, $0) }
        while true {
            if zmq_msg_send(&copy, socket, more ? ZMQ_DONTWAIT | ZMQ_SNDMORE : ZMQ_DONTWAIT) >= 0 { return 0 }
            let code = zmq_errno()
            if code == EINTR { continue }
            zmq_msg_close(&copy)
            return code
        }
    }

    private static func receive(
        _ message: UnsafeMutablePointer<zmq_msg_t>, from socket: UnsafeMutableRawPointer
    ) -> (code: Int32, more: Bool) {
        while true {
            if zmq_msg_recv(message, socket, ZMQ_DONTWAIT) >= 0 { return (0, zmq_msg_more(message) != 0) }
            let code = zmq_errno()
            if code != EINTR { return (code, false) }
        }
    }
}
