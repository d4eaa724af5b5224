import Core
import Shared
import Subprocess
import SystemPackage

/// The packages and edges of a recorded bulk build, in an order in which they can be built.
struct Graph {
    private(set) var names: [String] = []
    /// Of each package, those it waits for, ascending.
    private(set) var waitsFor: [[Int32]] = []

    /// Reads `dependency TAB dependent` lines, compressed or not; the first line is a heading.
    static func load(_ file: FilePath) async throws -> Graph {
        let words = file.extension == "zst" ? ["zstd", "--decompress", "--stdout"] : ["cat"]
        let result = try await Subprocess.run(
            .name(words[0]), arguments: Arguments(Array(words.dropFirst()) + [file.string]), input: .none,
            output: .bytes(limit: 256 << 20), error: .string(limit: 1 << 16))
        guard result.terminationStatus.isSuccess else {
            throw BenchmarkError("the graph cannot be read: \(result.standardError)")
        }
        return try Graph(lines: result.standardOutput.split(separator: UInt8(ascii: "\n")).dropFirst())
    }

    private init(lines: some Sequence<ArraySlice<UInt8>>) throws {
        var numbers: [String: Int] = [:]
        var needs: [[Int]] = []
        var neededBy: [[Int]] = []
        func number(_ text: ArraySlice<UInt8>) -> Int {
            let name = String(decoding: text, as: UTF8.self)
            if let known = numbers[name] { return known }
            numbers[name] = needs.count
            needs.append([])
            neededBy.append([])
            return needs.count - 1
        }
        for line in lines {
            let columns = line.split(separator: UInt8(ascii: "\t"))
            guard columns.count == 2 else { throw BenchmarkError("a line of the graph has no two columns") }
            let (dependency, dependent) = (number(columns[0]), number(columns[1]))
            needs[dependent].append(dependency)
            neededBy[dependency].append(dependent)
        }
        var texts = Array(repeating: "", count: needs.count)
        for (name, number) in numbers { texts[number] = name }
        var missing = needs.map(\.count)
        var order = missing.indices.filter { missing[$0] == 0 }
        var next = 0
        while next < order.count {
            for dependent in neededBy[order[next]] {
                missing[dependent] -= 1
                if missing[dependent] == 0 { order.append(dependent) }
            }
            next += 1
        }
        guard order.count == needs.count else { throw BenchmarkError("the graph has a cycle") }
        var places = Array(repeating: Int32(0), count: order.count)
        for (place, number) in order.enumerated() { places[number] = Int32(place) }
        names = order.map { texts[$0] }
        waitsFor = order.map { number in Array(Set(needs[number].map { places[$0] })).sorted() }
    }

    /// As a planner would have made it.
    func plan() throws -> Plan {
        let iuse = ["debug", "doc", "ipv6", "nls", "static-libs", "test", "threads", "zlib"]
        return Plan(
            jobs: try names.indices.map { index in
                PlannedJob(
                    index: Int32(index), cpv: try CPV("pkgsrc/\(names[index])-1"), slot: "0", repository: "gentoo",
                    use: ["ipv6", "nls", "zlib"], iuse: iuse, waitsFor: waitsFor[index],
                    buildKey: ContentHasher.digest(Array(names[index].utf8)), reason: "new")
            })
    }
}

struct BenchmarkError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
