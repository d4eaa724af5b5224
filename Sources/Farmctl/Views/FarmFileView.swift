import Shared
import Stack

/// What counts of a farm file, and who said it.
struct FarmFileView {
    let farm: FarmFile

    func lines(width: Int?) -> [Line] {
        let blocks = [values, sets, overlays].map { $0.lines(width: width) }
        return Array(blocks.filter { !$0.isEmpty }.joined(separator: [.empty]))
    }

    private var values: Table {
        var table = Table([.init("SETTING"), .init("VALUE"), .init("FROM")])
        func add(_ name: String, _ value: String, _ source: SettingSource) {
            table.add([Line(name, .strong), Line(value), Line(source.description, .faint)])
        }
        func add(_ name: String, _ value: String, _ origin: Origin?) {
            add(name, value, origin.map { .file($0) } ?? .builtIn)
        }
        func add(_ name: SettingName, _ setting: Setting<String>?) {
            if let setting { add(name.rawValue, setting.value, setting.source) }
        }
        func add(_ name: SettingName, _ setting: Setting<Bool>) {
            add(name.rawValue, setting.value ? "yes" : "no", setting.source)
        }
        add(.name, farm.name)
        add("platform", farm.platform.value.rawValue, farm.platform.source)
        add(.type, farm.type)
        add(.stage3, farm.stage3)
        add(.portage, farm.portage)
        add(.profile, farm.profile)
        add(.cflags, farm.flags)
        if !farm.features.value.isEmpty {
            add("features", farm.features.value.joined(separator: " "), farm.features.source)
        }
        if let jobs = farm.jobs { add("jobs", String(jobs.value), jobs.source) }
        if !farm.base.value.isEmpty { add("base", farm.base.value.joined(separator: " "), farm.base.source) }
        if !farm.locales.value.isEmpty {
            add("locales", farm.locales.value.joined(separator: ", "), farm.locales.source)
        }
        for flags in farm.bootstrap {
            add("bootstrap \(flags.atom)", flags.use.joined(separator: " "), flags.origin)
        }
        add(.publish, farm.publish)
        add(.atomic, farm.policies.atomic)
        if let ccache = farm.policies.ccache {
            add(SettingName.ccache.rawValue, Quantity.size(ccache.value.bytes), ccache.source)
        }
        add(.tests, farm.policies.tests)
        add(.bindist, farm.policies.bindist)
        if let licenses = farm.policies.licenses {
            add(SettingName.licenses.rawValue, licenses.value.joined(separator: " "), licenses.source)
        }
        add("signing", farm.signing.value ?? "none", farm.signing.source)
        add("coverage", farm.coverage.value.rawValue, farm.coverage.source)
        addLimits(to: &table)
        for upstream in farm.upstreams { add("upstream", upstream.place.description, upstream.origin) }
        for type in farm.types {
            add("types \(type.name)", "\(type.cflags) \(type.features.joined(separator: " "))", type.origin)
        }
        for file in farm.environments {
            add("env \(file.name)", file.variables.map { "\($0.name)=\($0.value)" }.joined(separator: " "), file.origin)
        }
        if !farm.configuration.isEmpty {
            let directories = Set(farm.configuration.map { String($0.source.dropLast($0.path.count + 1)) }).sorted()
                .joined(separator: ", ")
            table.add([
                Line("config", .strong), Line("\(farm.configuration.count) files kept by hand"),
                Line(directories, .faint),
            ])
        }
        for variable in farm.makeConf {
            add("make.conf \(variable.name)", variable.value, .file(variable.origin))
        }
        return table
    }

    private func addLimits(to table: inout Table) {
        func add<Value>(_ name: SettingName, _ setting: Setting<Value>?, _ text: (Value) -> String) {
            guard let setting else { return }
            table.add([
                Line(name.rawValue, .strong), Line(text(setting.value)), Line(setting.source.description, .faint),
            ])
        }
        let limits = farm.limits
        add(.memory, limits.memory) { Quantity.size($0.bytes) }
        add(.processes, limits.processes) { String($0) }
        add(.disk, limits.disk) { Quantity.size($0.bytes) }
        add(.timeout, limits.timeout) { Quantity.duration(milliseconds: $0.duration.milliseconds) }
        add(.silence, limits.silence) { Quantity.duration(milliseconds: $0.duration.milliseconds) }
        add(.log, limits.log) { Quantity.size($0.bytes) }
    }

    private var sets: Table {
        var table = Table([.init("SET"), .init("PACKAGES", .right), .init("SUBJECTS"), .init("FROM")])
        for set in farm.sets {
            let subjects = farm.subjects.filter { $0.sets.contains(set.name) }.map(\.name)
            table.add([
                Line(set.name, .strong), Line(String(set.members.count)), Line(subjects.joined(separator: ", ")),
                Line(set.origins.map(\.lineDescription).joined(separator: ", "), .faint),
            ])
        }
        return table
    }

    private var overlays: Table {
        var table = Table([.init("OVERLAY"), .init("PLACE"), .init("FROM")])
        for overlay in farm.overlays {
            let place =
                switch overlay.place {
                case .directory(let path): path
                case .git(let url, let commit): "\(url) at \(commit.prefix(12))"
                }
            table.add([
                Line(overlay.name, .strong), Line(place), Line(overlay.origin.lineDescription, .faint),
            ])
        }
        return table
    }
}

extension FarmFile.Upstream.Place {
    fileprivate var description: String {
        switch self {
        case .farm(let name): name
        case .binhost(let address, let keys): "\(address), keys: \(keys ?? "none")"
        }
    }
}
