internal import Glibc
internal import ZeroMQ

/// The first message of a CURVE handshake (RFC 26, HELLO) as libzmq makes it for a server's key: a server that has another
/// key hangs up on it, one that has this key answers, whoever asks. libzmq itself tells neither.
enum FirstMessage {
    /// A frame's head and the command.
    static let length = 202

    /// Has libzmq connect to a socket of this process. Blocks for `seconds` at most at each step.
    ///
    /// - Returns: nil when that does not work here.
    static func make(_ keys: CurveKeyPair, server: CurvePublicKey, seconds: Int) -> [UInt8]? {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard listener >= 0 else { return nil }
        defer { close(listener) }
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        let limitSize = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &limit, limitSize)
        guard let port = bind(listener), listen(listener, 1) == 0, let context = try? Context() else { return nil }
        var options = SocketOptions()
        options.curve = .client(keys, server: server)
        guard var client = try? Socket(context, kind: .dealer, options: options),
            (try? client.connect(to: "tcp://127.0.0.1:\(port)")) != nil
        else { return nil }
        let peer = accept(listener, nil, nil)
        guard peer >= 0 else { return nil }
        defer { close(peer) }
        setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &limit, limitSize)
        var greeting = Greeting.ours
        // As the server.
        greeting[32] = 1
        guard send(peer, greeting, greeting.count, Int32(MSG_NOSIGNAL)) == greeting.count else { return nil }
        let wanted = Greeting.length + length
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: wanted)
        while bytes.count < wanted {
            let count = recv(peer, &piece, wanted - bytes.count, 0)
            guard count > 0 else { return nil }
            bytes += piece[..<count]
        }
        client.close()
        return Array(bytes[Greeting.length...])
    }

    /// To a port of the loopback that is free.
    private static func bind(_ descriptor: Int32) -> UInt16? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                Glibc.bind(descriptor, generic, size) == 0 && getsockname(descriptor, generic, &size) == 0
            }
        }
        return isBound ? UInt16(bigEndian: address.sin_port) : nil
    }
}
