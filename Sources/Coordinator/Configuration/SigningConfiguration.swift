import Shared
import SystemPackage

/// `signing:` of a farm: `none`, or the key that signs its packages.
struct SigningConfiguration: Decodable, Sendable {
    var key: SigningKey?

    private enum CodingKeys: String, CodingKey, CaseIterable { case key, home }

    init(key: SigningKey? = nil) {
        self.key = key
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
        // As `gpg --fingerprint` prints it, too.
        let fingerprint = text.filter { $0 != " " }.uppercased()
        guard [40, 64].contains(fingerprint.utf8.count), fingerprint.utf8.allSatisfy(Self.isHexadecimal) else {
            throw DecodingError.dataCorruptedError(
                forKey: .key, in: container,
                debugDescription:
                    "'\(text)' is no fingerprint: give all 40 digits that `gpg --fingerprint` prints, in quotes")
        }
        key = SigningKey(fingerprint: fingerprint, home: FilePath(try container.decode(String.self, forKey: .home)))
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (65...70).contains(byte) }
}
