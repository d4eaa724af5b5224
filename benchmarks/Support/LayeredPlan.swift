package import Core
import Shared

extension Plan {
    /// A plan of so many jobs that needs no recording: layers of libraries, each of which needs one to three of the
    /// layer below. The same each time.
    package static func layered(jobs count: Int) throws -> Plan {
        let size = max(1, count / 40)
        return Plan(
            jobs: try (0..<count).map { index in
                let number = String(index)
                let name = "lib" + String(repeating: "0", count: max(0, 5 - number.count)) + number
                let below = index / size * size - size
                let needed = (0...(index % 3)).map { below + (index * 31 + $0 * 977) % size }
                return PlannedJob(
                    index: Int32(index), cpv: try CPV("layered/\(name)-1"), slot: "0", repository: "layered",
                    use: ["nls"], iuse: ["debug", "nls"],
                    waitsFor: Set(below < 0 ? [] : needed).filter { !isLeaf($0) }.sorted().map(Int32.init),
                    buildKey: ContentHasher.digest(Array(name.utf8)), reason: "new")
            })
    }

    /// Nothing in a layered plan needs the job: when it fails, nothing is skipped.
    package static func isLeaf(_ index: Int) -> Bool { index % 40 == 39 }
}
