using Microsoft.Extensions.Logging;
using Sluice.Buffers;

namespace Sluice.Hosting;

/// <summary>Disposes the buffer pool last of all, and reports what was not returned: a defect of ours that must not pass unseen.</summary>
internal sealed partial class LeakReport(BufferPool buffers, ILogger logger) : IDisposable
{
    public void Dispose()
    {
        try
        {
            buffers.Dispose();
        }
        catch (BufferLeakException exception)
        {
            LogLeak(logger, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Internal error: memory was not returned")]
    private static partial void LogLeak(ILogger logger, Exception exception);
}
