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
            let directory = try await locate()
            var sent: PublishedState?
            do {
                let state = try PublishedState(reading: directory)
                sent = state
                return try await send(state)
            } catch {
                guard attempt < Self.attempts else { throw error }
                let place = try await locate()
                let next = try? PublishedState(reading: place)
                guard place != directory || next?.timestamp != sent?.timestamp, next != nil else { throw error }
                attempt += 1
            }
        }
    }

    private func send(_ state: PublishedState) async throws -> PublicationView {
        let carrier = destination.carrier
        return try await Scratch.with { scratch in
            let present = try await carrier.list()
            if present.contains(PublishedState.plainName) {
                try refuseOlder(state, than: try await carrier.fetch(PublishedState.plainName, scratch))
            }
            if !state.paths.isEmpty { try await carrier.send(state.paths, from: state.directory, scratch) }
            // Not every tool takes a file that has gone for a failure.
            for path in state.paths where !FileStatus.exists(state.directory.appending(path)) {
                throw FarmctlError(.unavailable, "\(path) was removed while it was sent", remedy: "try again")
            }
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

    /// A client reads an index again only when its TIMESTAMP is greater than that of the one it has.
    private func refuseOlder(_ state: PublishedState, than there: [UInt8]) throws(FarmctlError) {
        let header = String(decoding: there.prefix(64 << 10), as: UTF8.self).split(separator: "\n\n").first ?? ""
        let line = header.split(separator: "\n").first { $0.hasPrefix("TIMESTAMP: ") }
        guard let timestamp = line.flatMap({ Int64($0.dropFirst("TIMESTAMP: ".count)) }), timestamp > state.timestamp
        else { return }
        throw FarmctlError(
            .usage, "\(destination) has a later state already, and its clients would not read an earlier one",
            remedy: "publish this one to a place of its own, or roll the farm back and publish that")
    }

    /// Only what looks like a package of a binhost is ever removed: the destination may hold other things.
    private static func isPackage(besides named: Set<String>) -> (String) -> Bool {
        { path in
            BinpkgFormat(ofPath: path) != nil && path.split(separator: "/").count == 3 && !named.contains(path)
        }
    }
}
