using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Sluice.Transport.Kafka;

/// <summary>Tokens for SASL/OAUTHBEARER, which the library asks for while it is polled.</summary>
public sealed partial class KafkaConsumer
{
    [UnmanagedCallersOnly]
    private static unsafe void HearTokenRefresh(nint client, byte* configuration, nint opaque)
    {
        if (Find(opaque) is { } consumer)
        {
            consumer._refresh = consumer.RefreshTokenAsync();
        }
    }

    private Task RefreshTokenAsync() => Task.Run(async () =>
    {
        try
        {
            SetToken(await _tokens!.GetAsync(_stopping.Token).ConfigureAwait(false));
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested)
        {
            LogNoToken(e.Message);
            _ = LibrdKafka.SetTokenFailure(_client, e.Message);
        }
        catch (OperationCanceledException)
        {
            // It ends.
        }
    });

    private unsafe void SetToken(KafkaToken token)
    {
        var error = stackalloc byte[ErrorLength];
        if (LibrdKafka.SetToken(_client, token.Value, token.ExpiresAt.ToUnixTimeMilliseconds(), token.Principal, 0, 0, error, ErrorLength) != 0)
        {
            throw new InvalidOperationException(LibrdKafka.Text((nint)error));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "There is no token for Kafka: {Problem}")]
    private partial void LogNoToken(string problem);
}
