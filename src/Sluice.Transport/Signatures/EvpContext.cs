using Microsoft.Win32.SafeHandles;

namespace Sluice.Transport.Signatures;

/// <summary>An <c>EVP_MD_CTX</c>: one check of one signature, by one thread.</summary>
internal sealed class EvpContext() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        OpenSsl.FreeContext(handle);
        return true;
    }
}
