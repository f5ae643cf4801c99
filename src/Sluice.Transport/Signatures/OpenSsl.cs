using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Sluice.Transport.Signatures;

/// <summary>
/// The system's OpenSSL, which .NET needs for TLS on Linux anyway, for the signatures that .NET does not offer. It is loaded when the first key
/// is made, so that who uses no such signature needs no OpenSSL.
/// </summary>
internal static partial class OpenSsl
{
    /// <summary>The name that the native calls below use for what <see cref="Load"/> finds.</summary>
    private const string Name = "openssl-libcrypto";

    /// <summary>The newest first. Unversioned names are not asked for: macOS ends a process that loads its own by one.</summary>
    private static readonly string[] Candidates = OperatingSystem.IsMacOS()
        ? ["libcrypto.3.dylib", "/opt/homebrew/opt/openssl@3/lib/libcrypto.3.dylib", "/usr/local/opt/openssl@3/lib/libcrypto.3.dylib", "libcrypto.1.1.dylib"]
        : ["libcrypto.so.3", "libcrypto.so.1.1"];

    private static readonly Lazy<nint> Library = new(static () =>
    {
        var library = Find(Candidates);

        // An assembly has room for one resolver, which is that of librdkafka; of these there may be several, asked where nothing else has an answer.
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => name == Name ? library : 0;
        return library;
    });

    /// <summary>Loads the library, at the first call; before any other call of this class.</summary>
    /// <exception cref="PlatformNotSupportedException">It is not there; the message says what to install.</exception>
    public static void Load() => _ = Library.Value;

    /// <summary>Loads the first of several libraries that is there and can sign with Ed25519.</summary>
    /// <exception cref="PlatformNotSupportedException">None is; the message says what to install.</exception>
    public static nint Find(IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            // Keys of Ed25519 came with 1.1.1, whose library has the name of 1.1.0.
            if (NativeLibrary.TryLoad(name, out var library) && NativeLibrary.TryGetExport(library, "EVP_PKEY_new_raw_public_key", out _))
            {
                return library;
            }
        }

        throw new PlatformNotSupportedException(
            $"Ed25519 needs the library libcrypto of OpenSSL 3 or 1.1.1, and there is none: looked for {string.Join(", ", names)}; "
            + "install the package libssl3 (Debian, Ubuntu; libssl3t64 in newer ones), openssl-libs (Fedora, Red Hat), libcrypto3 (Alpine) or openssl@3 (Homebrew)");
    }

    [LibraryImport(Name, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial EvpKey NewPublicKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Name, EntryPoint = "EVP_PKEY_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void FreeKey(nint key);

    [LibraryImport(Name, EntryPoint = "EVP_MD_CTX_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial EvpContext NewContext();

    [LibraryImport(Name, EntryPoint = "EVP_MD_CTX_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void FreeContext(nint context);

    [LibraryImport(Name, EntryPoint = "EVP_DigestVerifyInit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int BeginVerify(EvpContext context, nint keyContext, nint digest, nint engine, EvpKey key);

    /// <returns>1 for a right signature, 0 for a wrong one, anything else for neither.</returns>
    [LibraryImport(Name, EntryPoint = "EVP_DigestVerify")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Verify(EvpContext context, ReadOnlySpan<byte> signature, nuint signatureLength, ReadOnlySpan<byte> message, nuint messageLength);

    /// <summary>Empties the thread's list of errors, which .NET reads too when a call of its own has failed.</summary>
    [LibraryImport(Name, EntryPoint = "ERR_clear_error")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void ForgetErrors();
}
