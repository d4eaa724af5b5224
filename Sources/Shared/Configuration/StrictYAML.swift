package import SystemPackage
internal import Yams

/// Reads configuration files; every fault is an error that names file, place and remedy.
package enum StrictYAML {
    /// Largest configuration file read, bytes.
    private static let largest = 4 << 20

    package static func load<Value: Decodable>(_ type: Value.Type, from path: FilePath) throws(ConfigurationError)
        -> Value
    {
        try decode(type, from: text(of: path), file: path.string)
    }

    /// A file of a size that people write.
    package static func text(of path: FilePath) throws(ConfigurationError) -> String {
        do {
            let size = try FileStatus.size(of: path)
            guard size <= largest else {
                throw ConfigurationError(file: path.string, problem: "is larger than \(largest) bytes")
            }
            let file = try FileDescriptor.open(path, .readOnly)
            let bytes = try file.closeAfter {
                try [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
                    count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
                }
            }
            return String(decoding: bytes, as: UTF8.self)
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw ConfigurationError(file: path.string, problem: "cannot be read: \(error)")
        }
    }

    package static func decode<Value: Decodable>(_ type: Value.Type, from text: String, file: String)
        throws(ConfigurationError) -> Value
    {
        do {
            return try YAMLDecoder().decode(type, from: text)
        } catch let error as DecodingError {
            throw ConfigurationError(file: file, problem: error.forPeople)
        } catch {
            throw ConfigurationError(file: file, problem: "\(error)")
        }
    }
}

/// A configuration that cannot be used.
package struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    package let file: String
    package let problem: String

    package init(file: String, problem: String) {
        self.file = file
        self.problem = problem
    }

    package var description: String { "\(file): \(problem)" }
}

extension DecodingError {
    /// The place and the fault in one line, such as `farms[0].image: is missing`.
    package var forPeople: String {
        switch self {
        case .keyNotFound(let key, let context): "\(Self.place(context.codingPath + [key])): is missing"
        case .valueNotFound(_, let context): "\(Self.place(context.codingPath)): has no value"
        case .typeMismatch(let type, let context): "\(Self.place(context.codingPath)): is not a \(type)"
        case .dataCorrupted(let context): "\(Self.place(context.codingPath)): \(context.debugDescription)"
        @unknown default: String(describing: self)
        }
    }

    private static func place(_ path: [any CodingKey]) -> String {
        guard !path.isEmpty else { return "the file" }
        return path.reduce(into: "") { text, key in
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += (text.isEmpty ? "" : ".") + key.stringValue
            }
        }
    }
}

extension Decoder {
    /// A keyed container that refuses keys it does not know: a typing error must not become a default.
    package func container<Key: CodingKey & CaseIterable>(strictlyKeyedBy type: Key.Type) throws
        -> KeyedDecodingContainer<Key>
    {
        let known = Set(Key.allCases.map(\.stringValue))
        for key in try container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: codingPath + [key],
                    debugDescription: "is not known here; known are \(known.sorted().joined(separator: ", "))"))
        }
        return try container(keyedBy: type)
    }
}

private struct AnyKey: CodingKey {
    let stringValue: String
    let intValue: Int?
    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }
    init(intValue: Int) {
        stringValue = String(intValue)
        self.intValue = intValue
    }
}
