import Shared
import SystemPackage

/// `signing:` of a farm: `none`, or the key that signs its packages.
struct SigningConfiguration: Decodable, Sendable {
    /// Of the key; nil: nothing is signed.
    var fingerprint: String?
    /// gpg's home directory with the key; nil: the coordinator's own.
    var home: FilePath?

    private enum CodingKeys: String, CodingKey, CaseIterable { case key, home }

    init(_ key: SigningKey? = nil) {
        fingerprint = key?.fingerprint
        home = key?.home
    }

    /// In the coordinator's own home.
    init(fingerprint: String?) {
        self.fingerprint = fingerprint
    }

    init(from decoder: any Decoder) throws {
        if let word = try? decoder.singleValueContainer().decode(String.self) {
            guard word == "none" else {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: decoder.codingPath,
                        debugDescription: "'\(word)' is neither none nor {key: FINGERPRINT, home: DIRECTORY}"))
            }
            return
        }
        let container = try decoder.container(strictlyKeyedBy: CodingKeys.self)
        let text = try container.decode(String.self, forKey: .key)
        guard let fingerprint = KeyFingerprint.normalised(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: .key, in: container,
                debugDescription: "'\(text)' is no fingerprint: \(KeyFingerprint.remedy)")
        }
        self.fingerprint = fingerprint
        home = try container.decodeIfPresent(String.self, forKey: .home).map { FilePath($0) }
    }
}
