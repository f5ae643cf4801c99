using Microsoft.Extensions.Logging;

namespace Sluice.Transport.Kafka;

/// <summary>Tokens for SASL/OAUTHBEARER, which the library asks for.</summary>
public sealed partial class KafkaProducer
{
    private async Task RefreshTokenAsync()
    {
        try
        {
            var token = await (_tokens ?? throw new InvalidOperationException("no source of tokens is configured")).GetAsync(_stopping.Token).ConfigureAwait(false);
            SetToken(token);
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
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "There is no token for Kafka: {Problem}")]
    private partial void LogNoToken(string problem);
}
