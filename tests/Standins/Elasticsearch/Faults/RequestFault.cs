using System.Text;
using Sluice.Standins.Elasticsearch.Http;

namespace Sluice.Standins.Elasticsearch.Faults;

/// <summary>What goes wrong with a whole request.</summary>
public sealed class RequestFault
{
    private RequestFault()
    {
    }

    /// <summary>The connection is reset before anything was done.</summary>
    public static RequestFault Reset { get; } = new() { Resets = true };

    /// <summary>What was asked for is done, and the connection is reset instead of an answer.</summary>
    public static RequestFault LostAnswer { get; } = new() { IsDone = true, Resets = true };

    /// <summary>Too many bytes are in flight: 429, as the coordinating node says it.</summary>
    public static RequestFault TooManyRequests { get; } = Rejected(
        429, "es_rejected_execution_exception", "rejected execution of coordinating operation [coordinating_and_primary_bytes=536870912, replica_bytes=0, all_bytes=536870912, coordinating_operation_bytes=1048576, max_coordinating_bytes=536870912]");

    /// <summary>The cluster has no master: 503.</summary>
    public static RequestFault Unavailable { get; } = Rejected(503, "cluster_block_exception", "blocked by: [SERVICE_UNAVAILABLE/2/no master];");

    /// <summary>A proxy in front of it refuses the body: 413 with a page of HTML.</summary>
    public static RequestFault TooLargeForProxy { get; } = Foreign(413, "text/html", "<html><head><title>413 Request Entity Too Large</title></head></html>");

    internal bool IsDone { get; private init; }

    internal bool Resets { get; private init; }

    internal int? CutsAt { get; private init; }

    internal ApiAnswer? Answer { get; private init; }

    internal Func<CancellationToken, Task>? WaitsBefore { get; private init; }

    internal Func<CancellationToken, Task>? WaitsAfter { get; private init; }

    /// <summary>Refused as a whole, with an error of the API.</summary>
    /// <param name="status">The status of HTTP.</param>
    /// <param name="type">The type of the error.</param>
    /// <param name="reason">Its reason.</param>
    /// <param name="retryAfter">What <c>Retry-After</c> says, in whole seconds; null for no such header.</param>
    public static RequestFault Rejected(int status, string type, string reason, TimeSpan? retryAfter = null) => new()
    {
        Answer = ApiAnswer.Of(new ApiError(status, type, reason)) with
        {
            Headers = retryAfter is { } delay ? [("Retry-After", ((int)delay.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture))] : [],
        },
    };

    /// <summary>Something else answers: a proxy.</summary>
    public static RequestFault Foreign(int status, string contentType, string body) => new() { Answer = new ApiAnswer(status, Encoding.UTF8.GetBytes(body), contentType) };

    /// <summary>What was asked for is done, and the answer ends after so many bytes of its body.</summary>
    public static RequestFault CutAnswer(int bytes) => new() { IsDone = true, CutsAt = bytes };

    /// <summary>Nothing is done until a task ends.</summary>
    public static RequestFault SlowToStart(Func<CancellationToken, Task> wait) => new() { IsDone = true, WaitsBefore = wait };

    /// <summary>What was asked for is done, and the answer comes when a task ends.</summary>
    public static RequestFault SlowToAnswer(Func<CancellationToken, Task> wait) => new() { IsDone = true, WaitsAfter = wait };
}
