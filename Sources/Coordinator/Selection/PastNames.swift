import Core
import GRDB
import Shared

/// Which packages of the past a person means: by a name that the database knows, or by a set that a run was asked for.
enum PastNames {
    case matching(PackagePattern)
    /// `cat/pkg` of each in the set.
    case members(PackagePattern, [String])

    /// The one package that is meant, as `cat/pkg`.
    /// - Throws: `Refusal` where it is none, or several.
    func one(_ database: Database) throws -> String {
        switch self {
        case .members(let pattern, let names):
            guard names.count == 1, let name = names.first else { throw Refusal.several(pattern.text, names, in: nil) }
            return name
        case .matching(let pattern):
            let names = try BuildHistory.packages(matching: pattern, database)
            guard names.count < 2 else { throw Refusal.several(pattern.text, names, in: nil) }
            guard let name = names.first else {
                // Of what has another name no version is told.
                let known = try BuildHistory.packages(database).compactMap { try? CPV("\($0)-0") }
                let near = NearNames.of(pattern, among: known)
                throw Refusal(
                    .notFound,
                    "no run has ever had a package '\(pattern.text.oneLine(atMost: PackagePattern.longest))'",
                    near.isEmpty
                        ? "farmctl plan lists what a run has" : "did you mean \(near.joined(separator: ", "))?")
            }
            return name
        }
    }
}

extension Dispatcher {
    /// - Throws: `Refusal` when it is none.
    func packagePattern(_ text: String) throws(Refusal) -> PackagePattern {
        guard let pattern = try JobFilter([text], []).packages.first else {
            throw Refusal(.invalid, "no package is named", PackagePatternError.remedy)
        }
        return pattern
    }

    /// - Throws: `Refusal` when no run in memory was asked for the set.
    func pastNames(of pattern: PackagePattern) throws(Refusal) -> PastNames {
        guard pattern.atom == nil else { return .matching(pattern) }
        let runs = scheduler.durable.runs.keys.sorted(by: >).compactMap { id in
            scheduler.durable.runs[id].map { (id: id, run: $0) }
        }
        for (_, run) in runs {
            let names = Set((run.plan?.jobs ?? []).filter { $0.isMeant(by: pattern) }.map(\.cpv.cp))
            if !names.isEmpty { return .members(pattern, names.sorted()) }
        }
        throw JobFilter.none(of: pattern, [], runs)
    }
}
