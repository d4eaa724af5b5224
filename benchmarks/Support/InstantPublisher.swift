import Coordinator
package import Core
import Shared

/// Answers at once: what publishing costs is measured elsewhere.
package struct InstantPublisher: Publisher {
    package init() {}

    package nonisolated(nonsending) func publish(_ publication: Publication) async -> Event {
        .published(
            publication.attempt,
            PublishedRecord(
                cpv: publication.cpv, buildID: publication.buildID,
                path: "\(publication.cpv.cp)/\(publication.cpv.pf)-\(publication.buildID).gpkg.tar",
                package: publication.package, buildKey: publication.buildKey))
    }
}
