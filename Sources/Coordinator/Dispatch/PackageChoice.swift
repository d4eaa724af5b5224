import Core
import Shared

/// What a person means by a package's name: a cpv, `cat/pkg`, or `pkg`.
enum PackageChoice: Equatable {
    /// Jobs of one cpv; two when a second pass builds it again.
    case found([Int32])
    /// Different packages, versions or slots of that name.
    case several([CPV])
    case none

    init(_ text: String, in jobs: [PlannedJob]) {
        let matches = jobs.filter { job in
            job.cpv.cp == text || job.cpv.name == text || job.cpv.description == text
        }
        let packages = Set(matches.map(\.cpv))
        if packages.count > 1 {
            self = .several(packages.sorted())
        } else if !matches.isEmpty {
            self = .found(matches.map(\.index))
        } else {
            self = .none
        }
    }
}
