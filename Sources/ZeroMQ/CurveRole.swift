/// Which side of CURVE a socket is. Who binds and who connects does not matter.
public enum CurveRole: Sendable {
    /// Proves itself by its secret key and lets in whom the context's ``ZAPHandler`` accepts, or anybody when there is none.
    case server(CurveSecretKey)
    /// Proves itself by its key pair and talks only to the server with the given public key.
    case client(CurveKeyPair, server: CurvePublicKey)
}
