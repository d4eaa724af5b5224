import FoundationEssentials
import Shared
import SystemPackage

/// Images that the farm makes.
extension CoordinatorConnection {
    mutating func image(_ request: WireImageRequest) async throws -> WireImageAnswer {
        guard case .image(let answer) = try await self.request(.image(request)) else { throw unexpected("image") }
        return answer
    }

    /// Sends a file; what is there already is not sent again.
    mutating func upload(_ file: FilePath, _ blob: Blob) async throws {
        let descriptor = try FileDescriptor.open(file, .readOnly)
        defer { try? descriptor.close() }
        var request = WireUploadRequest()
        request.blob = blob.wire
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: SocketSettings.chunk, alignment: 16)
        defer { buffer.deallocate() }
        var size: Int64 = -1
        while true {
            guard case .upload(let answer) = try await self.request(.upload(request)) else {
                throw unexpected("upload")
            }
            if answer.complete { return }
            guard answer.size > size, answer.size < blob.size else {
                throw FarmctlError(.failed, "\(file) does not arrive: the coordinator has \(answer.size) bytes of it")
            }
            size = answer.size
            let count = try descriptor.read(fromAbsoluteOffset: size, into: buffer)
            guard count > 0 else { throw FarmctlError(.failed, "\(file) has become shorter meanwhile") }
            request.offset = size
            request.data = Data(buffer.prefix(count))
        }
    }
}
