import Shared
import SystemPackage

/// Copies one state of a binhost to another place: packages first, then the index, then what is superfluous goes. So whoever
/// installs from there finds at every moment an index and all that it names.
struct Publication: Sendable {
    let farm: String
    let destination: Destination
    /// Packages that the index does not name are removed.
    let prunes: Bool
    /// Where the state is that is wanted.
    let locate: @Sendable () async throws -> FilePath

    /// A state may go while it is sent, as when an atomic run ends; then the next one is.
    private static let attempts = 5

    /// - Throws: `FarmctlError`; what has been sent until then is not sent again the next time.
    func run() async throws -> PublicationView {
        var attempt = 1
        while true {
            let state = try PublishedState(reading: try await locate())
            do {
                return try await send(state)
            } catch {
                guard attempt < Self.attempts, let next = try? PublishedState(reading: try await locate()),
                    next.timestamp != state.timestamp || next.directory != state.directory
                else { throw error }
                attempt += 1
            }
        }
    }

    private func send(_ state: PublishedState) async throws -> PublicationView {
        let carrier = destination.carrier
        return try await Scratch.with { scratch in
            let present = try await carrier.list()
            if !state.paths.isEmpty { try await carrier.send(state.paths, from: state.directory, scratch) }
            for (name, bytes) in [
                (PublishedState.plainName, state.plainIndex), (PublishedState.packedName, state.packedIndex),
            ] {
                _ = try scratch.write(name, bytes, modified: state.timestamp)
                try await carrier.replace(name, from: scratch.directory)
            }
            let superfluous = present.filter(Self.isPackage(besides: Set(state.paths)))
            if prunes, !superfluous.isEmpty { try await carrier.remove(superfluous, scratch) }
            return PublicationView(
                farm: farm, destination: "\(destination)", packages: state.paths.count, bytes: state.bytes,
                added: Set(state.paths).subtracting(present).count, removed: prunes ? superfluous.count : 0,
                superfluous: prunes ? 0 : superfluous.count)
        }
    }

    /// Only what looks like a package of a binhost is ever removed: the destination may hold other things.
    private static func isPackage(besides named: Set<String>) -> (String) -> Bool {
        { path in
            path.hasSuffix(".gpkg.tar") && path.split(separator: "/").count == 3 && !named.contains(path)
        }
    }
}
