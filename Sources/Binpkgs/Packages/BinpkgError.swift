package import Shared

/// Why a file is not a binary package that can be published. Every case names the file.
package enum BinpkgError: Error, Equatable {
    /// The file is none of the format, or ends early. `detail` is libarchive's own text where there is one.
    case unreadable(file: String, format: BinpkgFormat = .gpkg, detail: String)
    /// The file is a package of another format than its job was to have.
    case otherFormat(file: String, wanted: BinpkgFormat, found: BinpkgFormat)
    /// The format has no place for signatures, and the farm signs.
    case cannotBeSigned(file: String)
    /// A member that GLEP 78 requires is not there.
    case memberMissing(file: String, member: String)
    /// A member that GLEP 78 does not know, or of a kind other than a plain file.
    case memberUnexpected(file: String, member: String)
    /// The same member twice.
    case memberDuplicate(file: String, member: String)
    /// A member outside the one prefix directory, or a name that leaves it.
    case memberMisplaced(file: String, member: String)
    /// The Manifest is no list of DATA lines with a SHA512 each.
    case manifestMalformed(file: String, line: String)
    /// A member's size or SHA512 is not what the Manifest says.
    case digestMismatch(file: String, member: String)
    /// Somebody has signed it, wholly or in part, before the coordinator checked it.
    case alreadySigned(file: String, member: String)
    /// A signature that a signed package must have is not there.
    case signatureMissing(file: String, member: String)
    /// A member that is kept in memory is larger than the limit, in bytes.
    case memberTooLarge(file: String, member: String, limit: Int)
    /// The metadata cannot be read or holds something other than values and files that belong to them.
    case metadataUnreadable(file: String, detail: String)
    /// The image archive cannot be read, or holds what no installed file can be.
    case imageUnreadable(file: String, detail: String)
    /// A value that must be there is missing or malformed.
    case metadataInvalid(file: String, key: String, value: String)
    /// The prefix directory names another package than the metadata.
    case renamed(file: String, prefix: String, pf: String)
}

extension BinpkgError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let file, let format, let detail):
            "\(file) is not a readable \(format) (\(detail)); it may be truncated: build or transfer it again"
        case .otherFormat(let file, let wanted, let found):
            "\(file) is of the format \(found), and its job was to have the format \(wanted): bring the worker up to the "
                + "coordinator's version"
        case .cannotBeSigned(let file):
            "\(file) is an xpak, which cannot be signed, and the farm signs by now: submit the run again"
        case .memberMissing(let file, let member):
            "\(file) has no member \(member), which every gpkg must have (GLEP 78)"
        case .memberUnexpected(let file, let member):
            "\(file) has the member \(member), which a gpkg must not have (GLEP 78)"
        case .memberDuplicate(let file, let member):
            "\(file) has the member \(member) more than once"
        case .memberMisplaced(let file, let member):
            "\(file) has the member \(member), which is not directly inside the package's one directory"
        case .manifestMalformed(let file, let line):
            "\(file) has a Manifest with the line “\(line)”, which is not “DATA name size … SHA512 digest”"
        case .digestMismatch(let file, let member):
            "\(file): size or SHA512 of the member \(member) differ from its Manifest: the package is damaged"
        case .alreadySigned(let file, let member):
            "\(file) is signed already (\(member)), and only the coordinator signs: take `binpkg-signing` and its key out "
                + "of what the image sets for Portage"
        case .signatureMissing(let file, let member):
            "\(file) should be signed, but \(member) has no signature"
        case .memberTooLarge(let file, let member, let limit):
            "\(file): \(member) is larger than the \(limit) bytes allowed for it"
        case .metadataUnreadable(let file, let detail):
            "\(file): its metadata cannot be read (\(detail))"
        case .imageUnreadable(let file, let detail):
            "\(file): its image archive cannot be read (\(detail))"
        case .metadataInvalid(let file, let key, let value):
            "\(file): the metadata value \(key) is missing or malformed (“\(value)”)"
        case .renamed(let file, let prefix, let pf):
            "\(file): the container is named \(prefix) but holds \(pf): a package must not be renamed"
        }
    }
}
