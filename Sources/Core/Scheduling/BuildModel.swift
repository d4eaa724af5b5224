/// How long a build takes with so many cores, by Amdahl's law: a part that one core does alone, and one that all share.
package struct BuildModel: Equatable, Sendable {
    /// Milliseconds that more cores do not shorten, waiting included.
    package var serial: Int64
    /// Milliseconds of one core that are divided by the cores.
    package var parallel: Int64

    /// From what earlier builds took: where they had several cores, wall and CPU time tell the two parts apart. Where they
    /// do not, `parallelPart` is taken.
    package init(_ expected: Expectation?, _ policy: Policy) {
        let duration = expected?.duration ?? policy.defaultDuration
        let cores = Int64(max(1, expected?.cores ?? 1))
        let cpu = expected?.cpu ?? 0
        if cores > 1, cpu > 0 {
            // wall = serial + parallel / cores and cpu = serial + parallel, as far as it does not wait.
            serial = min(max(0, (duration * cores - cpu) / (cores - 1)), duration)
            parallel = (duration - serial) * cores
        } else {
            // One core does everything one after the other, or the share of several is not known.
            let part = policy.parallelPart
            let alone = Double(duration) / (1 - part + part / Double(cores))
            serial = Int64(alone * (1 - part))
            parallel = (duration - serial) * cores
        }
    }

    /// Milliseconds with one core.
    package var alone: Int64 { serial + parallel }

    package func time(cores: Int32) -> Int64 { serial + parallel / Int64(max(1, cores)) }

    /// The most cores that are still used as well as that (of 1), and that still shorten the build.
    func usefulCores(atLeast efficiency: Double) -> Int32 {
        guard serial > 0 else { return .max }
        // alone ÷ (cores × time(cores)) ≥ efficiency
        let used = (Double(alone) / efficiency - Double(parallel)) / Double(serial)
        // More would shorten what the cores share to less than an eighth of what they do not.
        let felt = 8 * Double(parallel) / Double(serial)
        let most = min(used, felt)
        return most < 1 ? 1 : Int32(min(most, 4096))
    }
}
