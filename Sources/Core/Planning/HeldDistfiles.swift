package import Shared

/// Which distfiles a farm has, as far as its plans need to know: those that nobody but a person may download.
package struct HeldDistfiles: Sendable {
    package var digests: Set<BLAKE2bDigest>
    /// Why a file that somebody put there does not count, one sentence without its full stop.
    package var faults: [BLAKE2bDigest: String]
    /// Where people put them: a directory on the coordinator's host.
    package var place: String

    package init(
        digests: Set<BLAKE2bDigest> = [], faults: [BLAKE2bDigest: String] = [:],
        place: String = "the distfiles by hand"
    ) {
        self.digests = digests
        self.faults = faults
        self.place = place
    }

    func has(_ digest: BLAKE2bDigest) -> Bool { digests.contains(digest) }
}
