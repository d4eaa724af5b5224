import Core
import Shared

/// What a person means by a package's name: a cpv, `cat/pkg`, or `pkg`.
enum PackageChoice: Equatable {
    /// Jobs of one cpv; two when a second pass builds it again.
    case found([Int32])
    /// Different packages, versions or slots of that name.
    case several([CPV])
    /// The names that look most like it.
    case none(nearest: [String])

    private static let namesOffered = 5

    init(_ text: String, in plan: Plan) {
        let matches = plan.jobs.filter { job in
            job.cpv.cp == text || job.cpv.name == text || job.cpv.description == text
        }
        let packages = Set(matches.map(\.cpv))
        if packages.count > 1 {
            self = .several(packages.sorted())
        } else if !matches.isEmpty {
            self = .found(matches.map(\.index))
        } else {
            self = .none(nearest: Self.nearest(to: text, in: plan))
        }
    }

    /// Other versions of the package first, then what is fewest edits away; what is too far away is no help.
    private static func nearest(to text: String, in plan: Plan) -> [String] {
        if let wanted = try? CPV(text) {
            let versions = Set(plan.jobs.filter { $0.cpv.cp == wanted.cp }.map(\.cpv)).sorted()
            if !versions.isEmpty { return versions.prefix(namesOffered).map(\.description) }
        }
        let wanted = Array((try? CPV(text))?.cp.lowercased().utf8 ?? text.lowercased().utf8)
        let hasCategory = text.contains("/")
        let limit = max(2, wanted.count / 3)
        var distances: [String: Int] = [:]
        for job in plan.jobs where distances[job.cpv.cp] == nil {
            let name = Array((hasCategory ? job.cpv.cp : job.cpv.name).lowercased().utf8)
            distances[job.cpv.cp] = EditDistance.between(wanted, name, atMost: limit) ?? limit + 1
        }
        return distances.filter { $0.value <= limit }
            .sorted { ($0.value, $0.key) < ($1.value, $1.key) }
            .prefix(namesOffered).map(\.key)
    }
}

/// Insertions, deletions, substitutions and swaps of neighbours that make one text of another.
enum EditDistance {
    /// nil when it is more than the limit.
    static func between(_ left: [UInt8], _ right: [UInt8], atMost limit: Int) -> Int? {
        guard abs(left.count - right.count) <= limit else { return nil }
        var before = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in left.indices {
            var next = [row + 1] + [Int](repeating: 0, count: right.count)
            for column in right.indices {
                let isSame = left[row] == right[column]
                var best = min(last[column + 1] + 1, next[column] + 1, last[column] + (isSame ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, before[column - 1] + 1)
                }
                next[column + 1] = best
            }
            if next.allSatisfy({ $0 > limit }) { return nil }
            (before, last) = (last, next)
        }
        return last[right.count] <= limit ? last[right.count] : nil
    }
}
