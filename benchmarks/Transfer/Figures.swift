import BenchmarkSupport
import Glibc
import Shared
import SystemPackage

/// What the two ends of a transfer used, and how long it took.
struct Transfer {
    var seconds: Double
    /// Bytes by which the two processes grew at most.
    var growth: (coordinator: Int64, worker: Int64)

    static func measure(beside coordinator: Int32, _ body: () async throws -> Void) async throws -> Transfer {
        let processes = [coordinator, getpid()]
        for process in processes { try ResidentSize.forgetLargest(of: process) }
        let before = processes.map { ResidentSize.present(of: $0) }
        let begin = ContinuousClock.now
        try await body()
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        let growth = zip(processes, before).map { ResidentSize.largest(of: $0) - $1 }
        return Transfer(seconds: seconds, growth: (growth[0], growth[1]))
    }
}

/// Files of bytes that nothing can make smaller.
enum RandomFile {
    static func write(_ path: String, size: Int, seed: UInt64) throws -> Blob {
        guard let file = fopen(path, "w") else { throw BenchmarkError("\(path) cannot be written") }
        defer { fclose(file) }
        // xorshift64* (https://doi.org/10.1145/2845077)
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        var block = [UInt64](repeating: 0, count: 1 << 15)
        for _ in 0..<size / (8 << 15) {
            for index in block.indices {
                state ^= state >> 12
                state ^= state << 25
                state ^= state >> 27
                block[index] = state &* 0x2545_F491_4F6C_DD1D
            }
            guard fwrite(block, 8, block.count, file) == block.count else {
                throw BenchmarkError("\(path) cannot be written")
            }
        }
        fflush(file)
        return try ContentHasher.blob(of: FilePath(path))
    }
}

extension [Double] {
    var median: Double { sorted()[count / 2] }
}
