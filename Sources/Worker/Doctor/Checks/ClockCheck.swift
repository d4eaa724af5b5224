internal import Shared

/// What the kernel says of the clock.
struct ClockFacts: Sendable, Equatable {
    /// nil: it does not say.
    var isSynchronised: Bool?
    var hasTimedatectl = false
    var packageManager: PackageManager?
}

/// The clock. The coordinator tells workers no time: its protocol has only durations for them.
enum ClockCheck {
    static func findings(_ facts: ClockFacts) -> [Diagnosis] {
        switch facts.isSynchronised {
        case true?: [.ok("clock", "synchronised")]
        case false?:
            [
                .warning(
                    "clock",
                    "the kernel says that nothing synchronises it; times in packages and logs may be wrong",
                    mend: facts.hasTimedatectl
                        ? "timedatectl set-ntp true"
                        : PackageManager.install(.chrony, with: facts.packageManager) + " && chronyd")
            ]
        case nil: [.warning("clock", "the kernel does not say whether it is synchronised")]
        }
    }
}
