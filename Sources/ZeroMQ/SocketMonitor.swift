final class SocketMonitor { func stop(watching: UnsafeMutableRawPointer) {} }
