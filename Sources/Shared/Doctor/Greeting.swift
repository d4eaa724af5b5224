internal import Glibc
internal import SystemPackage

/// Calls a TCP port without libzmq, which does not say why a connection failed, and reads how it greets.
enum Greeting {
    /// ZMTP 3 (RFC 23): signature, version, mechanism, as-server, filler.
    static let length = 64

    enum Answer: Sendable, Equatable {
        /// As a CURVE server, and no more.
        case curve
        /// As a CURVE server, which then answered a message that only the holder of the expected key can open.
        case welcome
        /// ZeroMQ with another mechanism.
        case otherMechanism
        case somethingElse
        case nothing
        case unreachable(String)
        case unknownHost(String)
    }

    /// What a greeting says; one may end early.
    static func read(_ bytes: [UInt8]) -> Answer {
        guard !bytes.isEmpty else { return .nothing }
        guard bytes.count >= 10, bytes[0] == 0xFF, bytes[9] == 0x7F else { return .somethingElse }
        guard bytes.count >= 32 else { return .otherMechanism }
        let mechanism = String(decoding: bytes[12..<32].prefix { $0 != 0 }, as: UTF8.self)
        guard mechanism == "CURVE" else { return .otherMechanism }
        return bytes.count > length ? .welcome : .curve
    }

    static var ours: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: length)
        bytes[0] = 0xFF
        bytes[9] = 0x7F
        bytes[10] = 3
        bytes.replaceSubrange(12..<17, with: Array("CURVE".utf8))
        return bytes
    }

    /// Greets and says `hello`, the first message of a CURVE handshake. Blocks, for `seconds` at most at each step.
    static func ask(_ endpoint: Endpoint, hello: [UInt8], seconds: Int) -> Answer {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        // As the worker's sockets.
        hints.ai_family = AF_INET
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(endpoint.host, endpoint.port, &hints, &list)
        guard code == 0, let address = list?.pointee else { return .unknownHost(String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(list) }
        let descriptor = socket(
            address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), address.ai_protocol)
        guard descriptor >= 0 else { return .unreachable("\(Errno(rawValue: errno))") }
        defer { close(descriptor) }
        // On Linux the limit of sending holds for connecting too.
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        guard connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 else {
            return .unreachable(errno == EINPROGRESS ? "no answer within \(seconds) s" : "\(Errno(rawValue: errno))")
        }
        let deadline = ContinuousClock.now + .seconds(2 * seconds)
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: length)
        // Piece by piece: a peer that dislikes what it reads resets the connection, and then what it had said is lost.
        let words = ours + hello
        for part in [words[..<10], words[10..<length], words[length...]] {
            let isSent = part.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) } > 0
            let wanted = part.endIndex > length ? length + 1 : part.endIndex
            while isSent, bytes.count < wanted, ContinuousClock.now < deadline {
                let count = recv(descriptor, &piece, piece.count, 0)
                guard count > 0 else { break }
                bytes += piece[..<count]
            }
        }
        return read(bytes)
    }
}
