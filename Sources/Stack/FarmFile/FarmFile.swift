package import Shared

/// A farm as its group describes it: `farm.yaml` with what the environment and the command line say otherwise.
package struct FarmFile: Sendable, Equatable {
    /// Letters, digits, '.', '_' and '-'.
    package var name: Setting<String>
    package var platform: Setting<Platform>
    /// `opt`, `dbg`, or one of `types`.
    package var type: Setting<String>
    /// Tag of Gentoo's stage3, such as 20261101, or an image as skopeo names it; nil: the farm has an image from elsewhere.
    package var stage3: Setting<String>?
    /// The snapshot of Gentoo's repository, said in the same way.
    package var portage: Setting<String>?
    package var profile: Setting<String>?
    /// Instead of what the type has.
    package var cflags: Setting<String>?
    /// Of make and emerge, outside the farm; within it every build is told by its worker.
    package var jobs: Setting<Int>?
    /// Where `farmctl publish` puts the binhost when nobody says otherwise.
    package var publish: Setting<String>?
    package var policies: Policies
    /// Fingerprint of the key that signs its packages, which is on the coordinator's host; nil: nothing is signed.
    package var signing: Setting<String?>
    /// Which packages its binhost has.
    package var coverage: Setting<FarmCoverage>
    package var limits: Limits
    /// What they have is taken over instead of being built.
    package var upstreams: [Upstream] = []
    package var overlays: [Overlay] = []
    package var sets: [PackageSet] = []
    /// Names of the sets that are installed in the binfarm image.
    package var base = Setting<[String]>(value: [], source: .builtIn)
    /// Lines of /etc/locale.gen, such as `en_US.UTF-8 UTF-8`.
    package var locales = Setting<[String]>(value: [], source: .builtIn)
    /// Packages that are first built with other USE flags, as they and what they need need each other.
    package var bootstrap: [TemporaryFlags] = []
    /// Names of the sets of each image.
    package var subjects: [Subject] = []
    /// What this file adds to the types that there are.
    package var types: [BuildType] = []
    /// Lines of make.conf, over all others.
    package var makeConf: [Variable] = []
    /// Files of /etc/portage/env, beside those that there are.
    package var environments: [EnvironmentFile] = []
    /// Files that are kept by hand.
    package var configuration: [ConfigurationFile] = []

    package struct Policies: Sendable, Equatable {
        /// Clients see a run's packages when all are there.
        package var atomic: Setting<Bool>
        /// Bytes of each worker's compiler cache; nil: none.
        package var ccache: Setting<ByteCount>?
        /// Packages run their own tests.
        package var tests: Setting<Bool>
        /// What may not be distributed is published all the same.
        package var bindist: Setting<Bool>
        /// What is accepted and nothing else; nil: what the profile accepts.
        package var licenses: Setting<[String]>?
    }

    /// What one build may use; nil: what is usual.
    package struct Limits: Sendable, Equatable {
        package var memory: Setting<ByteCount>?
        package var processes: Setting<Int32>?
        /// Of the work directory.
        package var disk: Setting<ByteCount>?
        package var timeout: Setting<TimeSpan>?
        /// Without a byte of log.
        package var silence: Setting<TimeSpan>?
        /// Bytes of log that are kept.
        package var log: Setting<ByteCount>?
    }

    /// What has packages that need not be built.
    package struct Upstream: Sendable, Equatable {
        package enum Place: Sendable, Equatable {
            /// Another farm of the same coordinator.
            case farm(String)
            /// Somebody else's binhost.
            /// - Parameter keys: the file of public keys as it was written, relative to the farm file; nil: signatures are not
            ///   looked at.
            case binhost(address: String, keys: String?)
        }

        package var place: Place
        package var origin: Origin
    }

    /// A repository of ebuilds beside Gentoo's.
    package struct Overlay: Sendable, Equatable {
        package enum Place: Sendable, Equatable {
            /// As it was written; a relative one is relative to the farm file.
            case directory(String)
            case git(url: String, commit: String)
        }

        package var name: String
        package var place: Place
        package var origin: Origin
    }

    /// An image on top of the binfarm image, with the configuration of these sets.
    package struct Subject: Sendable, Equatable {
        package var name: String
        package var sets: [String]
        package var origin: Origin
    }

    /// USE flags of a package until everything is there that it needs with its own.
    package struct TemporaryFlags: Sendable, Equatable {
        package var atom: PackageAtom
        /// As package.use has them.
        package var use: [String]
        package var origin: Origin

        /// Flags that are to be on.
        package var forced: [String] { flags.filter { !$0.hasPrefix("-") } }
        /// Flags that are to be off.
        package var masked: [String] { flags.filter { $0.hasPrefix("-") }.map { String($0.dropFirst()) } }

        /// With the names that values of USE_EXPAND have as flags: `PYTHON_TARGETS: x` is `python_targets_x`.
        private var flags: [String] {
            var prefix = ""
            return use.compactMap { word in
                if word.hasSuffix(":") {
                    prefix = word.dropLast().lowercased() + "_"
                    return nil
                }
                return word.hasPrefix("-") ? "-\(prefix)\(word.dropFirst())" : prefix + word
            }
        }
    }

    /// A variable of a file that bash reads.
    package struct Variable: Sendable, Equatable {
        package var name: String
        package var value: String
        package var origin: Origin
    }

    package struct EnvironmentFile: Sendable, Equatable {
        package var name: String
        package var variables: [Variable]
        package var origin: Origin
    }

    /// How packages are compiled.
    package struct BuildType: Sendable, Equatable {
        package var name: String
        package var cflags: String
        package var features: [String]
        /// nil: the program's own.
        package var origin: Origin?

        /// What every farm has.
        package static let standard = [
            BuildType(name: "opt", cflags: "-O2 -pipe", features: [], origin: nil),
            BuildType(
                name: "dbg", cflags: "-Og -ggdb -pipe", features: ["splitdebug", "compressdebug", "installsources"],
                origin: nil),
        ]
    }

    /// The sets whose configuration the binfarm image has: those that it has installed, or all where no other image
    /// stands on it.
    package var binfarmSets: [String] { subjects.isEmpty ? sets.map(\.name) : base.value }

    /// The farm whose image a subject is.
    package func farmName(of subject: Subject) -> String { "\(name.value)-\(subject.name)" }

    /// How its packages are compiled.
    private var buildType: BuildType {
        (types + BuildType.standard).first { $0.name == type.value } ?? BuildType.standard[0]
    }
    private var typeSource: SettingSource { buildType.origin.map { .file($0) } ?? type.source }

    /// COMMON_FLAGS: those that are said, or the type's for the platform's machines.
    package var flags: Setting<String> {
        cflags ?? Setting(value: "\(buildType.cflags) \(platform.value.machineFlags)", source: typeSource)
    }

    /// FEATURES of the type.
    package var features: Setting<[String]> { Setting(value: buildType.features, source: typeSource) }
}
