/// The messages that arrive at an ``AsyncSocket``, for `for try await`.
///
/// The iterator takes what is there in bounded batches and hands it out one by one. It ends without an error when the task is
/// cancelled or the socket closed. Messages of its current batch that nobody took go with it; who must not lose any when
/// stopping early uses ``AsyncSocket/receive()``.
public struct AsyncMessages: AsyncSequence, Sendable {
    /// One message.
    public typealias Element = Message

    let socket: AsyncSocket
    let limit: Int

    /// Starts receiving.
    public func makeAsyncIterator() -> Iterator { Iterator(socket: socket, limit: limit) }

    /// Takes messages from the socket.
    public struct Iterator: AsyncIteratorProtocol {
        let socket: AsyncSocket
        let limit: Int
        private var batch: ArraySlice<Message> = []

        init(socket: AsyncSocket, limit: Int) {
            self.socket = socket
            self.limit = limit
        }

        /// Waits for the next message; nil when the task is cancelled or the socket closed.
        public mutating func next() async throws -> Message? {
            if let message = batch.popFirst() { return message }
            do {
                batch = try await socket.receiveBatch(limit: limit)[...]
                return batch.popFirst()
            } catch is CancellationError {
                return nil
            } catch let error as ZeroMQError where error.isClosed || error.isContextTerminated {
                return nil
            }
        }
    }
}
