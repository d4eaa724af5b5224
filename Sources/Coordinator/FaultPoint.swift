#if FAULT_POINTS
    import Glibc
    import Synchronization
#endif

/// A place where a test kills the coordinator, as a power cut would. Release builds have none.
///
/// `BINFARM_FAULT=before-settle:3` kills it when that place is passed for the third time. The places: `before-` and
/// `after-` each `commit`, `answer` and effect of the core (`assign`, `settle`, `welcome`, `plan`, `publish`, …), and, where
/// files change, `package-stored`, `package-signed`, `package-moved`, `package-indexed`, `package-published`, `package-adopted`; of releases
/// `release-written`, `release-renamed`, `release-removed`, `release-linked-back`.
enum FaultPoint {
    #if FAULT_POINTS
        private static let wanted: (name: Substring, passage: Int)? = {
            guard let text = getenv("BINFARM_FAULT").map({ String(cString: $0) }) else { return nil }
            let parts = text.split(separator: ":")
            guard parts.count == 2, let passage = Int(parts[1]) else { return nil }
            return (parts[0], passage)
        }()
        private static let passages = Atomic(0)
    #endif

    @inline(__always)
    static func pass(_ name: @autoclosure () -> String) {
        #if FAULT_POINTS
            guard let wanted, name() == wanted.name else { return }
            guard passages.add(1, ordering: .relaxed).newValue == wanted.passage else { return }
            kill(getpid(), SIGKILL)
            // It comes at once, but not before the next instruction.
            while true { pause() }
        #endif
    }
}
