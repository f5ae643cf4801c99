using Microsoft.Win32.SafeHandles;

namespace Sluice.Transport.Signatures;

/// <summary>An <c>EVP_PKEY</c>. Threads may use one at the same time as long as nobody changes it, and nobody does.</summary>
internal sealed class EvpKey() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        OpenSsl.FreeKey(handle);
        return true;
    }
}
