package import Shared

/// Why jobs of a run failed, equal ones together.
package struct FailuresDocument: Encodable, Sendable, Equatable {
    package struct Group: Encodable, Sendable, Equatable {
        /// As `FailureClass` writes it, or `unknown`.
        package let `class`: String
        /// The first error line, or the reason where there is none.
        package let error: String
        /// The first ones.
        package let jobs: [JobDocument]
        package let total: Int32
    }

    package let run: Int64
    /// The largest first.
    package let groups: [Group]
    package let groupsTotal: Int32

    /// - Parameter now: milliseconds since 1970.
    package init(_ wire: WireFailuresAnswer, now: Int64) {
        run = wire.run
        groups = wire.groups.map { group in
            let failure = FailureDocument(group.failure)
            return Group(
                class: failure.class, error: failure.line,
                jobs: group.jobs.map { JobDocument($0, now: now) }, total: group.total)
        }
        groupsTotal = wire.groupsTotal
    }
}
