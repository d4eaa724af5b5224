import Foundation

/// How much is tried: `make fuzz` sets it.
enum Fuzzing {
    static let seeds = ProcessInfo.processInfo.environment["BINFARM_FUZZ_SEEDS"].flatMap { UInt64($0) } ?? 8
}
