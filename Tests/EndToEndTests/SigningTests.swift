import Foundation
import Testing

extension EndToEnd {
    /// Signed packages, and clients that verify them with the real Portage.
    struct SigningTests {
        @Test func `A verifying client refuses what is unsigned, and installs it once the farm signs`() async throws {
            try await TestFarm.with { farm in
                #expect(try await farm.build("faults-ok/wide-a").states == ["published": 1])
                let fingerprint = try await farm.beginSigning()
                let refusal = try await farm.verifyingClient("faults-ok/wide-a")
                #expect(!refusal.isSuccess, "unsigned: \(refusal.description)")
                #expect(refusal.output.contains("binpkg appears unsigned"), "\(refusal.description)")

                // What is unsigned is not used any more.
                #expect(try await farm.build("faults-ok/wide-a").states == ["published": 1])
                let entries = try await farm.index().filter { $0["CPV"] == "faults-ok/wide-a-1" }
                #expect(entries.map { $0["SIGNED_FROM"] != nil } == [false, true])
                let client = try await farm.verifyingClient("faults-ok/wide-a")
                #expect(client.isSuccess, "\(client.description)")
                #expect(client.output.contains("wide-a-1"))

                let stranger = try await farm.verifyingClient("faults-ok/wide-a", trusting: false)
                #expect(!stranger.isSuccess, "a client that does not know the key \(fingerprint)")
            }
        }

        @Test func `Dependents are built with signed packages, and a client installs all of them`() async throws {
            var settings = TestFarm.Settings()
            settings.signs = true
            try await TestFarm.with(settings) { farm in
                let run = try await farm.build("faults-ok/chain-c")
                #expect(run.states == ["published": 3])
                try await farm.checkBinhost()
                let log = try await farm.farmctl("logs", "faults-ok/chain-c", "--run", "\(run.run)").output
                // One of two, where the worker has a root with the other.
                #expect(log.contains("binfarm: installing "))
                // Portage says this when gpg does not know the key.
                #expect(!log.contains("not usable") && !log.contains("NO_PUBKEY"), "\(log)")
                let client = try await farm.verifyingClient("faults-ok/chain-c")
                #expect(client.isSuccess, "\(client.description)")
                for name in MainPathTests.chain {
                    #expect(client.output.contains(name.dropFirst("faults-ok/".count)), "\(client.description)")
                }
                #expect(try await farm.build("faults-ok/chain-c").states == ["cached": 3])
            }
        }

        /// What somebody between the farm and a client may do with a package, and what the client says of it.
        static let forgeries = [
            "nothing": nil, "a byte of the image": "GnuPG verification failed",
            "a byte and the Manifest": "GnuPG verification failed", "the signatures": "binpkg appears unsigned",
        ]

        @Test func `A verifying client refuses a package with a byte changed, whatever else was made to fit`()
            async throws
        {
            var settings = TestFarm.Settings()
            settings.signs = true
            try await TestFarm.with(settings) { farm in
                #expect(try await farm.build("faults-ok/wide-a").states == ["published": 1])
                for (forgery, words) in Self.forgeries.sorted(by: { $0.key < $1.key }) {
                    let port = try FreePorts.find(1)[0]
                    let client = try await farm.verifyingClient(
                        "faults-ok/wide-a", from: "http://127.0.0.1:\(port)",
                        preparation: """
                            cat >/tmp/forge.py <<'END'
                            \(Self.forge)
                            END
                            python3 /tmp/forge.py '\(farm.url)' '\(forgery)' /tmp/binhost
                            python3 -m http.server --directory /tmp/binhost --bind 127.0.0.1 \(port) >/dev/null 2>&1 &
                            trap 'kill %1' EXIT
                            until curl --silent --output /dev/null http://127.0.0.1:\(port)/Packages; do :; done
                            """)
                    if let words {
                        #expect(!client.isSuccess, "\(forgery): \(client.description)")
                        #expect(client.output.contains(words), "\(forgery): \(client.description)")
                    } else {
                        #expect(client.isSuccess, "\(forgery): \(client.description)")
                    }
                }
            }
        }

        /// Copies a binhost of one package and forges that: the index's digests fit in any case.
        private static let forge = """
            import hashlib, io, os, re, sys, tarfile, urllib.request
            url, forgery, target = sys.argv[1:]
            index = urllib.request.urlopen(url + "/Packages").read().decode()
            path = re.search("^PATH: (.*)$", index, re.M).group(1)
            package = urllib.request.urlopen(url + "/" + path).read()
            members = {}
            with tarfile.open(fileobj=io.BytesIO(package)) as old:
                for member in old.getmembers():
                    members[member.name] = old.extractfile(member).read()
            image = next(name for name in members if "/image.tar" in name and not name.endswith(".sig"))
            manifest = next(name for name in members if name.endswith("/Manifest"))
            def fit(name):
                old = re.search(rb"^DATA %s .*$" % re.escape(name.split("/")[1]).encode(), members[manifest], re.M).group(0)
                new = "DATA %s %d BLAKE2B %s SHA512 %s" % (
                    name.split("/")[1], len(members[name]), hashlib.blake2b(members[name]).hexdigest(),
                    hashlib.sha512(members[name]).hexdigest())
                members[manifest] = members[manifest].replace(old, new.encode())
            if "byte" in forgery:
                data = bytearray(members[image])
                data[len(data) // 2] ^= 1
                members[image] = bytes(data)
            if "Manifest" in forgery:
                fit(image)
            if "signatures" in forgery:
                members = {name: data for name, data in members.items() if not name.endswith(".sig")}
                lines = [line for line in members[manifest].splitlines(True) if line.startswith(b"DATA")]
                members[manifest] = b"".join(line for line in lines if b".sig " not in line)
            output = io.BytesIO()
            with tarfile.open(fileobj=output, mode="w", format=tarfile.USTAR_FORMAT) as new:
                for name, data in members.items():
                    member = tarfile.TarInfo(name)
                    member.size = len(data)
                    new.addfile(member, io.BytesIO(data))
            package = output.getvalue()
            for key, digest in (("MD5", hashlib.md5), ("SHA1", hashlib.sha1), ("SHA256", hashlib.sha256)):
                index = re.sub("^%s: .*$" % key, "%s: %s" % (key, digest(package).hexdigest()), index, flags=re.M)
            index = re.sub("^SIZE: .*$", "SIZE: %d" % len(package), index, flags=re.M)
            os.makedirs(os.path.dirname(os.path.join(target, path)))
            open(os.path.join(target, path), "wb").write(package)
            open(os.path.join(target, "Packages"), "w").write(index)
            """

        @Test func `A key that cannot sign is named when the coordinator starts`() async throws {
            try await TestFarm.with(starts: false) { farm in
                let text = try String(contentsOfFile: farm.file("coordinator.yaml"), encoding: .utf8)
                try farm.write(
                    "coordinator.yaml",
                    text.replacingOccurrences(
                        of: "signing: none",
                        with: "signing: {key: 0123456789ABCDEF0123456789ABCDEF01234567, home: gnupg}"))
                _ = try await farm.makeSigningKey()
                let result = try await Program.run(
                    [farm.program("binfarm-coordinator"), "--config", farm.file("coordinator.yaml")])
                #expect(!result.isSuccess)
                for words in ["farm faults cannot be signed", "0123456789ABCDEF", farm.file("gnupg"), "No secret key"] {
                    #expect(result.errors.contains(words), "\(result.description)")
                }
            }
        }

        @Test func `RESTRICT=bindist: others are built with it and no client gets it`() async throws {
            try await TestFarm.with { farm in
                #expect(try await farm.build("faults-ok/needs-closed").states == ["published": 2])
                #expect(try await farm.published() == ["faults-ok/needs-closed-1"])
                try await farm.checkBinhost()
                let path = "faults-ok/closed/closed-1-1.gpkg.tar"
                for place in [path, "../withheld/faults/\(path)", "Packages/../../withheld/faults/\(path)"] {
                    let status = try await Program.demand([
                        "curl", "--silent", "--path-as-is", "--output", "/dev/null", "--write-out", "%{http_code}",
                        "\(farm.url)/\(place)",
                    ])
                    #expect(status == "404", "\(place)")
                }
                #expect(FileManager.default.fileExists(atPath: "\(farm.state)/withheld/faults/\(path)"))
                #expect(try await farm.build("faults-ok/needs-closed").states == ["cached": 2])
            }
        }
    }
}
