/// What a build is expected to use, from the last builds of the package.
package struct Expectation: Hashable, Sendable, Codable {
    /// Wall time in milliseconds: the median.
    package var duration: Int64
    /// Milliseconds of all its processes: the median; 0 when not known.
    package var cpu: Int64
    /// Cores that those builds were given (MAKEOPTS): the median.
    package var cores: Int32
    /// Bytes at its peak: the largest; 0 when not known.
    package var memory: Int64
    /// Bytes of the work directory: the largest; 0 when not known.
    package var disk: Int64

    package init(duration: Int64, cpu: Int64 = 0, cores: Int32 = 1, memory: Int64 = 0, disk: Int64 = 0) {
        self.duration = duration
        self.cpu = cpu
        self.cores = cores
        self.memory = memory
        self.disk = disk
    }

    /// From single builds; nil without any.
    package init?(builds: [Expectation]) {
        guard !builds.isEmpty else { return nil }
        func median<Value: Comparable>(_ value: (Expectation) -> Value) -> Value {
            builds.map(value).sorted()[builds.count / 2]
        }
        self.init(
            duration: median(\.duration), cpu: median(\.cpu), cores: median(\.cores),
            memory: builds.map(\.memory).max() ?? 0, disk: builds.map(\.disk).max() ?? 0)
    }
}
