import CZeroMQ
import Glibc

/// Threads that run one closure.
enum LoopThread {
    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Starts a thread, which must be joined or detached.
    static func start(name: String, _ body: @escaping @Sendable () -> Void) throws(ZeroMQError) -> pthread_t {
        var thread = pthread_t()
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                czeromq_name_thread(start.name)
                start.body()
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw ZeroMQError(code: code, operation: "start a thread")
        }
        return thread
    }
}
