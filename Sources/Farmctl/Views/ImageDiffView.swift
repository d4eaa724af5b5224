import Images
import Shared

/// What another image has otherwise.
struct ImageDiffView: Report, Equatable {
    struct Change: Codable, Equatable, Sendable {
        let from: String
        let to: String
    }

    let from: String
    let to: String
    let added: [String]
    let removed: [String]
    /// The same name in another version.
    let changed: [Change]
    /// The same version as another build.
    let rebuilt: [String]
    /// Bytes of the layers that the first does not have: what its users pull.
    let pull: Int64
    /// Bytes by which the second is larger.
    let growth: Int64

    init(_ first: ImageView, _ second: ImageView) {
        from = first.name
        to = second.name
        let (before, after) = (Set(first.packages), Set(second.packages))
        var gone = before.subtracting(after)
        var (added, changed): ([String], [Change]) = ([], [])
        for package in after.subtracting(before).sorted() {
            let name = (try? CPV(package))?.cp
            if let old = gone.sorted().first(where: { (try? CPV($0))?.cp == name }) {
                gone.remove(old)
                changed.append(Change(from: old, to: package))
            } else {
                added.append(package)
            }
        }
        self.added = added
        self.changed = changed
        removed = gone.sorted()
        let there = Set(first.layers.map(\.digest))
        let fresh = second.layers.filter { !there.contains($0.digest) }
        // A layer of several is new for one of them alone.
        let alone = fresh.filter { $0.packages.count == 1 }.flatMap(\.packages)
        rebuilt = alone.filter(before.contains).sorted()
        pull = fresh.reduce(0) { $0 + $1.size }
        growth = second.size - first.size
    }

    func lines(width: Int?) -> [Line] {
        var lines: [Line] = added.map { "+ \($0)" } + removed.map { "- \($0)" }
        lines += changed.map { "  \($0.from) → \($0.to)" } + rebuilt.map { "  \($0), built anew" }
        let sign = growth < 0 ? "−" : "+"
        lines.append(
            "\(to, .strong) has \(sign)\(Quantity.size(abs(growth))); who has \(from) pulls \(Quantity.size(pull))")
        return lines
    }
}
