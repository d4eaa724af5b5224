internal import Shared
internal import SystemPackage

/// `upstreams`: names of farms, and binhosts of others.
extension FarmFileReader {
    private static let upstreamForm =
        "name a farm of the same coordinator, or write `{binhost: ADDRESS, keys: FILE}`, or `keys: none`"

    mutating func upstreams(_ node: SourceNode) -> [FarmFile.Upstream] {
        var found: [FarmFile.Upstream] = []
        for item in reader.items(node) {
            guard let place = item.pairs == nil ? farm(item) : binhost(item) else { continue }
            if found.contains(where: { $0.place.name == place.name }) {
                reader.fault(item.origin, "\(place.name) is named twice", remedy: "leave one of them out")
            }
            found.append(FarmFile.Upstream(place: place, origin: item.origin))
        }
        return found
    }

    private mutating func farm(_ node: SourceNode) -> FarmFile.Upstream.Place? {
        guard let name = node.text, !node.isNothing, FarmName.problem(name) == nil else {
            reader.fault(
                node.origin, "'\((node.text ?? "").oneLine(atMost: 100))' is no upstream", remedy: Self.upstreamForm)
            return nil
        }
        return .farm(name)
    }

    private mutating func binhost(_ node: SourceNode) -> FarmFile.Upstream.Place? {
        var parts: [String: (text: String, origin: Origin)] = [:]
        for (key, value) in reader.pairs(node, of: "an upstream", remedy: Self.upstreamForm) {
            guard let name = key.text, ["binhost", "keys"].contains(name) else {
                reader.fault(
                    key.origin, "'\(key.text ?? "")' is not known of an upstream", remedy: Self.upstreamForm)
                continue
            }
            if let text = reader.text(value, of: name) { parts[name] = (text, value.origin) }
        }
        guard let written = parts["binhost"], let keys = parts["keys"] else {
            // Whether anybody looks at signatures is not left open.
            reader.fault(node.origin, "an upstream has no binhost, or no keys", remedy: Self.upstreamForm)
            return nil
        }
        guard let address = BinhostAddress.normalised(written.text) else {
            reader.fault(
                written.origin, "'\(written.text.oneLine(atMost: 100))' is no address of a binhost",
                remedy: BinhostAddress.remedy)
            return nil
        }
        if BinhostAddress.isLocal(address) {
            reader.fault(
                written.origin, "\(address) \(BinhostAddress.localProblem)", remedy: BinhostAddress.localRemedy)
        }
        guard keys.text != "none" else { return .binhost(address: address, keys: nil) }
        checkKeys(keys.text, keys.origin)
        return .binhost(address: address, keys: keys.text)
    }

    private mutating func checkKeys(_ file: String, _ origin: Origin) {
        let problem: String?
        do throws(ConfigurationError) {
            problem = ArmoredKeys.problem(try StrictYAML.text(of: directory.pushing(FilePath(file))))
        } catch {
            problem = error.problem
        }
        if let problem {
            reader.fault(origin, "the file of keys \(file) \(problem)", remedy: ArmoredKeys.remedy)
        }
    }
}

extension FarmFile.Upstream.Place {
    /// As people know it.
    package var name: String {
        switch self {
        case .farm(let name): name
        case .binhost(let address, _): address
        }
    }
}
