import Shared
import ZeroMQ

/// A connection to the coordinator's control socket, for one request at a time.
struct CoordinatorConnection: ~Copyable {
    typealias Request = WireClientMessage.OneOf_Body
    typealias Answer = WireCoordinatorMessage.OneOf_Body

    let endpoint: String
    /// How long an answer may take.
    let timeout: Duration
    private let keyName: String
    private let socket: AsyncSocket
    private var lastRequest: UInt64 = 0

    private init(_ configuration: FarmctlConfiguration, timeout: Duration, socket: AsyncSocket) {
        endpoint = configuration.control
        keyName = configuration.name
        self.timeout = timeout
        self.socket = socket
    }

    /// Connects, has `body` use the connection, and leaves nothing behind.
    static func with<Result>(
        _ configuration: FarmctlConfiguration, timeout: Duration,
        _ body: (inout CoordinatorConnection) async throws -> Result
    ) async throws -> Result {
        let context = try Context()
        let loop = try EventLoop.start(name: "farmctl")
        do {
            let socket = AsyncSocket(
                try Socket(context, kind: .dealer, options: options(configuration)), on: loop)
            do {
                try await socket.connect(to: configuration.control)
            } catch {
                throw FarmctlError(.usage, "\(error)", remedy: "coordinator.control names where the coordinator is")
            }
            var connection = CoordinatorConnection(configuration, timeout: timeout, socket: socket)
            let result = try await body(&connection)
            await socket.close()
            await loop.shutdown()
            return result
        } catch {
            await loop.shutdown()
            throw error
        }
    }

    private static func options(_ configuration: FarmctlConfiguration) -> SocketOptions {
        var options = SocketSettings.controlClient(configuration.keys, server: configuration.coordinatorKey)
        // Nothing is left to say when the program ends, and somebody looks at it while it waits.
        options.linger = .zero
        options.reconnectIntervalMax = .seconds(2)
        // A thousand nodes of a plan with all their USE flags, from a coordinator that has proved who it is; what is too
        // large would end the connection and look like silence.
        options.maxMessageSize = 64 << 20
        return options
    }

    /// Sends a request and waits for its answer; answers to earlier requests that come late are dropped.
    ///
    /// - Throws: ``FarmctlError``: no answer in time, or the coordinator's own error. `CancellationError`.
    mutating func request(_ body: Request, within time: Duration? = nil) async throws -> Answer {
        try await begin(body, within: time).answer
    }

    /// As `request`, for a conversation of more than a question and its answer.
    mutating func begin(
        _ body: Request, within time: Duration? = nil
    ) async throws -> (channel: Channel, answer: Answer) {
        lastRequest += 1
        let time = time ?? timeout
        let channel = Channel(socket: socket, request: lastRequest)
        switch try await Exchange(channel: channel, body: body).run(within: time) {
        case .answered(.error(let error)): throw FarmctlError(error)
        case .answered(let answer): return (channel, answer)
        case .notConnected: throw silence(time, "no connection was made")
        case .notAnswered: throw silence(time, "the connection stands, but the answer did not come")
        }
    }

    func silence(_ time: Duration, _ detail: String) -> FarmctlError {
        FarmctlError(
            .unreachable,
            "no answer from \(endpoint) within \(Quantity.duration(milliseconds: time.milliseconds)) (\(detail))",
            remedy: """
                Is the coordinator running, and does it know this key, '\(keyName)'? To a key it does not know it stays
                silent, and so does a coordinator that is not the one whose key the configuration names.
                """)
    }
}
