import CZeroMQ
import Glibc

/// A failed call into libzmq: what was tried, on what, and the reason the library gave.
public struct ZeroMQError: Error, Hashable, Sendable {
    /// The errno value, a system one or one of libzmq's own such as `ETERM`.
    public var code: Int32
    /// What was tried, as words: "bind", "set linger".
    public var operation: String
    /// What it was tried on, such as an endpoint; nil where there is nothing to name.
    public var subject: String?

    /// Describes a failure with a known errno value.
    public init(code: Int32, operation: String, subject: String? = nil) {
        self.code = code
        self.operation = operation
        self.subject = subject
    }

    /// Describes the failure that libzmq has just reported on this thread.
    init(operation: String, subject: String? = nil) {
        self.init(code: zmq_errno(), operation: operation, subject: subject)
    }

    /// The library's text for ``code``.
    public var text: String { String(cString: zmq_strerror(code)) }

    /// Whether the context has been shut down: the socket can only be closed now.
    public var isContextTerminated: Bool { code == CErrno.contextTerminated }

    /// Whether the socket or its event loop was closed while, or before, the call was made.
    public var isClosed: Bool { code == ENOTSOCK || code == ECANCELED }

    /// Whether the peer that a ROUTER was to send to is not connected.
    public var isUnreachable: Bool { code == EHOSTUNREACH }
}

extension ZeroMQError: CustomStringConvertible {
    /// One line for a person, with advice where the reason has a usual cause.
    public var description: String {
        let what = subject.map { "\(operation) \($0)" } ?? operation
        let advice = advice.map { "; \($0)" } ?? ""
        return "ZeroMQ could not \(what): \(text) (errno \(code))\(advice)"
    }

    private var advice: String? {
        switch code {
        case EADDRINUSE: "another socket listens there: stop it or choose another endpoint"
        case EADDRNOTAVAIL, ENODEV: "this host has no such address or interface"
        case EPROTONOSUPPORT: "use a tcp://, ipc:// or inproc:// endpoint"
        case EMFILE: "raise the context's socket limit or the process's limit on open files"
        case ENOTSUP: "this libzmq was built without that feature"
        default: nil
        }
    }
}

/// The errno values of libzmq that are macros with arithmetic, which Swift does not import.
enum CErrno {
    private static let base: Int32 = 156_384_712
    static let wrongState: Int32 = base + 51
    static let contextTerminated: Int32 = base + 53
}
