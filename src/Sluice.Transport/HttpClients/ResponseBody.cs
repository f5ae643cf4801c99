using Sluice.Buffers;

namespace Sluice.Transport.HttpClients;

/// <summary>Reads the body of an answer into pooled memory.</summary>
public static class ResponseBody
{
    private const int ReadSize = 4 << 10;

    /// <summary>Appends the body to a buffer, as far as the limit lets it.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="limit">The most to append.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether that was all of it.</returns>
    /// <exception cref="HttpRequestException">The connection broke.</exception>
    /// <exception cref="IOException">The connection broke, or the body is shorter than it says.</exception>
    public static async ValueTask<bool> ReadAsync(HttpResponseMessage response, PooledBufferWriter output, int limit, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var end = output.Length + limit;
        while (true)
        {
            // One more than may come tells whether there is more.
            var room = Math.Min(ReadSize, end - output.Length + 1);
            var read = await stream.ReadAsync(output.GetMemory(room)[..room], cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return true;
            }

            output.Advance(read);
            if (output.Length > end)
            {
                output.Truncate(end);
                return false;
            }
        }
    }
}
