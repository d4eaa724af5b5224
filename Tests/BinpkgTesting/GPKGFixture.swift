import Binpkgs
import Crypto
import Shared

/// Builds gpkg files as Portage does, and such as it never would.
struct GPKGFixture {
    /// A member of the container.
    struct Member {
        var name: String
        var content: [UInt8]
        /// `0` plain file, `1` hard link, `2` symbolic link.
        var type: UInt8 = UInt8(ascii: "0")
        var inManifest = true
        var link = "target"
        var mode = 0o644
        var owner = 0
        var modified = 1_700_000_000
    }

    var metadata: [String: String] = [
        "CATEGORY": "dev-libs", "PF": "expat-2.5.0-r1", "SLOT": "0/2", "EAPI": "8", "repository": "farm",
        "USE": "amd64 elibc_glibc examples kernel_linux", "IUSE": "+examples static-libs test", "BUILD_ID": "3\n",
        "BUILD_TIME": "1700000000", "KEYWORDS": "amd64 ~arm64", "LICENSE": "MIT",
        "DEFINED_PHASES": "compile  install\n",
        "RDEPEND": ">=sys-libs/zlib-1.2\n  dev-libs/b:0/2=", "CHOST": "x86_64-pc-linux-gnu",
        "PROVIDES": "x86_64: libexpat.so.1", "NEEDED.ELF.2": "x86_64;/usr/lib/libexpat.so;;;libc.so.6;x86_64",
        "expat-2.5.0-r1.ebuild": "EAPI=8\n", "environment.bz2": "BZh",
    ]
    var prefix: String? = nil
    var image = [UInt8](repeating: 7, count: 100_000)
    /// Instead of the image with one file; with its ending, such as `.zst`.
    var packedImage: (ending: String, bytes: [UInt8])?
    /// Changes the members after they are made, before the Manifest is.
    var change: (inout [Member]) -> Void = { _ in }
    /// Changes the Manifest's text.
    var changeManifest: (String) -> String = { $0 }

    func bytes() throws -> [UInt8] {
        let prefix = prefix ?? "\(metadata["PF"] ?? "x")-\(metadata["BUILD_ID"] ?? "1")".filter { !$0.isWhitespace }
        let files = metadata.sorted { $0.key < $1.key }
            .map { Member(name: "metadata/\($0.key)", content: Array($0.value.utf8)) }
        var members = [
            Member(name: "\(prefix)/gpkg-1", content: []),
            Member(name: "\(prefix)/metadata.tar.gz", content: try Gzip.compress(Self.tar(files))),
            Member(
                name: "\(prefix)/image.tar\(packedImage?.ending ?? "")",
                content: packedImage?.bytes ?? Self.tar([Member(name: "image/usr/lib/libexpat.so", content: image)])),
        ]
        change(&members)
        var manifest = ""
        for member in members where member.inManifest {
            let name = member.name.split(separator: "/").last ?? ""
            let digest = SHA512.hash(data: member.content).hexadecimal
            let other = String(repeating: "0", count: 128)
            manifest += "DATA \(name) \(member.content.count) BLAKE2B \(other) SHA512 \(digest)\n"
        }
        members.append(Member(name: "\(prefix)/Manifest", content: Array(changeManifest(manifest).utf8)))
        return Self.tar(members)
    }

    /// A ustar archive.
    static func tar(_ members: [Member]) -> [UInt8] {
        var output: [UInt8] = []
        for member in members {
            var header = [UInt8](repeating: 0, count: 512)
            func put(_ text: String, _ offset: Int) {
                header.replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8)
            }
            func octal(_ number: Int, _ width: Int) -> String {
                let digits = String(number, radix: 8)
                return String(repeating: "0", count: width - digits.count) + digits
            }
            put(member.name, 0)
            put(octal(member.mode, 7), 100)
            put(octal(member.owner, 7), 108)
            put(octal(0, 7), 116)
            let isFile = member.type == UInt8(ascii: "0")
            put(octal(isFile ? member.content.count : 0, 11), 124)
            put(octal(member.modified, 11), 136)
            put("        ", 148)
            header[156] = member.type
            if !isFile { put(member.link, 157) }
            put("ustar\u{0}00", 257)
            put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", 148)
            output += header
            if isFile {
                output += member.content
                output += [UInt8](repeating: 0, count: (512 - member.content.count % 512) % 512)
            }
        }
        return output + [UInt8](repeating: 0, count: 1024)
    }
}
