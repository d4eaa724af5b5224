import Coordinator
import Glibc
import Shared
import SystemPackage

/// What it takes to publish one more package into a large binhost: checked, moved, and named in an index that is on the disk.
///
/// `fill DIRECTORY PACKAGES COUNT` publishes as many of the files in PACKAGES, many at once, into DIRECTORY.
/// `measure DIRECTORY PACKAGES COUNT` publishes COUNT more, one after the other.
@main
struct PublishBenchmark {
    private static let goal = Duration.milliseconds(50)

    static func main() async throws {
        let words = Array(CommandLine.arguments.dropFirst())
        guard words.count == 4, let count = Int(words[3]) else {
            print("usage: PublishBenchmark fill|measure DIRECTORY PACKAGES COUNT")
            exit(2)
        }
        let before = residentBytes()
        let clock = ContinuousClock()
        var opened: BinhostMeasurement?
        let opening = try clock.measure { opened = try BinhostMeasurement(directory: FilePath(words[1])) }
        guard let binhost = opened else { return }
        let present = await binhost.count
        let memory = residentBytes() - before
        let files = try packages(in: FilePath(words[2]))
        if words[0] == "fill" {
            try await fill(binhost, with: Array(files.dropFirst(present).prefix(max(0, count - present))))
        } else {
            print("publish-open: \(milliseconds(opening)) ms, \(memory >> 20) MiB (\(present) packages)")
            try await measure(binhost, with: Array(files.dropFirst(present).prefix(count)), present)
        }
    }

    private static func fill(_ binhost: BinhostMeasurement, with files: [FilePath]) async throws {
        let batch = 64
        var spent = Duration.zero
        for start in stride(from: 0, to: files.count, by: batch) {
            spent += try await binhost.publish(Array(files[start..<min(files.count, start + batch)]))
        }
        guard !files.isEmpty else { return }
        print("publish-many: \(Int(Double(files.count) / (spent / .seconds(1)))) packages/s (\(batch) at once)")
    }

    private static func measure(_ binhost: BinhostMeasurement, with files: [FilePath], _ present: Int) async throws {
        var times: [Duration] = []
        var processor: [Duration] = []
        var alone: [Duration] = []
        for file in files {
            let start = processorTime()
            times.append(try await binhost.publish([file]))
            processor.append(processorTime() - start)
            alone.append(try binhost.writeIndexAlone())
        }
        guard !times.isEmpty else { return }
        times.sort()
        processor.sort()
        alone.sort()
        let median = times[times.count / 2]
        print(
            "publish: \(milliseconds(median)) ms (goal \(milliseconds(goal)); \(times.count) more packages in a binhost of"
                + " \(present), worst \(milliseconds(times[times.count - 1])), least \(milliseconds(times[0])), of the median"
                + " \(milliseconds(processor[processor.count / 2])) ms of processor time; index of"
                + " \(try binhost.indexSize >> 20) MiB, peak memory \(peakBytes() >> 20) MiB)")
        print(
            "publish-disk: \(milliseconds(alone[alone.count / 2])) ms for the bytes of the index alone, written after each"
                + " (a publication takes \(percent(median, of: alone[alone.count / 2])) % of that)")
    }

    private static func packages(in directory: FilePath) throws -> [FilePath] {
        try Directory.names(in: directory).filter { $0.hasSuffix(".gpkg.tar") }.sorted().map { directory.appending($0) }
    }

    private static func percent(_ part: Duration, of whole: Duration) -> Int { Int((100 * (part / whole)).rounded()) }

    private static func milliseconds(_ duration: Duration) -> Int { Int((duration / .milliseconds(1)).rounded()) }

    private static func processorTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    private static func residentBytes() -> Int { status("VmRSS") }
    private static func peakBytes() -> Int { status("VmHWM") }

    private static func status(_ key: String) -> Int {
        guard let file = fopen("/proc/self/status", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let words = text.split(whereSeparator: \.isWhitespace)
            if words.first == key + ":", words.count > 1 { return (Int(words[1]) ?? 0) << 10 }
        }
        return 0
    }
}
