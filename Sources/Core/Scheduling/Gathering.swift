/// Whether a job on which the run's end hangs had better wait until its host has more cores free: a few minutes at the
/// beginning against hours with too few.
struct Gathering: Equatable, Sendable {
    /// Begins when the host has so many free.
    var cores: Int32
    /// Milliseconds until it should have.
    var wait: Int64

    /// - Parameters:
    ///   - time: milliseconds that the job takes with so many cores.
    ///   - ends: of the host's builds: milliseconds from now, and the cores that come free then.
    /// - Returns: nil when it is best to begin now.
    init?(freeCores: Int32, usefulCores: Int32, ends: [(wait: Int64, cores: Int32)], time: (Int32) -> Int64) {
        let now = time(max(1, min(freeCores, usefulCores)))
        var best: Gathering?
        // A little is not worth the cores that stand idle meanwhile.
        var least = now - now / 10
        var cores = freeCores
        for end in ends.sorted(by: { $0.wait < $1.wait }) {
            if cores >= usefulCores { break }
            cores += end.cores
            let then = end.wait + time(max(1, min(cores, usefulCores)))
            guard then < least else { continue }
            least = then
            best = Gathering(cores: min(cores, usefulCores), wait: end.wait)
        }
        guard let best else { return nil }
        self = best
    }

    private init(cores: Int32, wait: Int64) {
        self.cores = cores
        self.wait = wait
    }
}
