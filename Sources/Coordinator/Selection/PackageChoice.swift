import Core
import Shared

/// The one package that a person means.
enum PackageChoice: Equatable {
    /// Jobs of one cpv; two when a second pass builds it again.
    case found([Int32])
    /// Different packages, versions or slots that are meant alike.
    case several([CPV])
    case none

    init(_ filter: JobFilter, in jobs: some Sequence<PlannedJob>) {
        let matches = jobs.filter(filter.names)
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
